namespace EventSourcedTrading.Workers.Hosting;

/// <summary>Counts how often a time fell under each bound, as Prometheus has it. One lock for many observations, so a batch is cheap.</summary>
/// <param name="bounds">In seconds, rising.</param>
public sealed class Histogram(params double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] counts = new long[bounds.Length + 1];
    private double sum;

    public void Observe(TimeSpan time)
    {
        var seconds = Math.Max(0, time.TotalSeconds);
        var bucket = 0;
        while (bucket < bounds.Length && seconds > bounds[bucket]) bucket++;
        lock (gate)
        {
            counts[bucket]++;
            sum += seconds;
        }
    }

    public void Write(PrometheusText text, string name, string help)
    {
        text.Family(name, "histogram", help);
        lock (gate)
        {
            var cumulative = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                cumulative += counts[i];
                text.Sample($"{name}_bucket", cumulative, ("le", PrometheusText.Number(i < bounds.Length ? bounds[i] : double.PositiveInfinity)));
            }

            text.Sample($"{name}_sum", sum);
            text.Sample($"{name}_count", cumulative);
        }
    }
}
