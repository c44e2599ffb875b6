using System.Diagnostics;

namespace EventSourcedTrading.Bench.Measuring;

/// <summary>When each of a row of numbered things began and ended.</summary>
/// <param name="before">The number before the first.</param>
public sealed class Latencies(long before)
{
    private readonly long[] began = new long[1 << 20];
    private readonly List<double> taken = new(1 << 16);
    private int count;

    public void Sent(long at) => Volatile.Write(ref began[++count], at);

    public void Filled(long number, long at)
    {
        if (number > before) taken.Add((at - Volatile.Read(ref began[number - before])) * 1_000d / Stopwatch.Frequency);
    }

    /// <summary>In milliseconds; read when all have ended.</summary>
    public double At(double share)
    {
        taken.Sort();
        return taken.Count == 0 ? double.NaN : taken[Math.Min(taken.Count - 1, (int)(share * taken.Count))];
    }
}
