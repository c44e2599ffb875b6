namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>The broker's clock: another one, off by some time.</summary>
public sealed class SkewedTime(TimeProvider time) : TimeProvider
{
    private long skewTicks;

    public TimeSpan Skew
    {
        get => new(Interlocked.Read(ref skewTicks));
        set => Interlocked.Exchange(ref skewTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Skew;
}
