using System.Threading.Channels;

namespace NATS.Client.Core;

public delegate ValueTask AsyncEventHandler<in TEventArgs>(object? sender, TEventArgs args);

/// <summary>Something happened to the connection; the text says what and, for a loss, why.</summary>
public class NatsEventArgs(string message) : EventArgs
{
    public string Message { get; } = message;
}

/// <summary>A subscription was full, and a message to it was dropped.</summary>
public sealed class NatsMessageDroppedEventArgs(NatsSub subscription, string subject, long dropped)
    : NatsEventArgs($"Subscription '{subscription.Subject}' is full; {dropped} dropped so far.")
{
    public NatsSub Subscription { get; } = subscription;

    public string Subject { get; } = subject;

    /// <summary>Messages that this subscription has lost so far, this one included.</summary>
    public long Dropped { get; } = dropped;
}

/// <summary>
/// Runs event handlers one after another, away from the read loop, so that a slow or throwing handler harms nobody. At
/// most 1,024 events wait; more are dropped (the counters on connection and subscription stay exact).
/// </summary>
internal sealed class EventPump : IAsyncDisposable
{
    private readonly Channel<Func<ValueTask>> _events = Channel.CreateBounded<Func<ValueTask>>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Task _loop;

    public EventPump() => _loop = Task.Run(RunAsync);

    public void Raise<T>(AsyncEventHandler<T>? handlers, object sender, T args)
    {
        if (handlers is not null)
            _events.Writer.TryWrite(() => handlers(sender, args));
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await Task.WhenAny(_loop, Task.Delay(TimeSpan.FromSeconds(1))); // a handler may be waiting for this very disposal
    }

    private async Task RunAsync()
    {
        await foreach (var raise in _events.Reader.ReadAllAsync())
        {
            // A handler's failure is its owner's; there is nobody to tell, and the connection goes on.
            await Invoke(raise).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task Invoke(Func<ValueTask> raise) => await raise();
}
