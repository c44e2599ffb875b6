using System.Diagnostics;

namespace EventSourcedTrading.Bench.Measuring;

/// <summary>
/// Rates of several things that take turns, so that whatever else the machine does meanwhile falls on all of them alike; the
/// median of the rounds, after one that only warms up.
/// </summary>
public static class Interleaved
{
    /// <param name="contenders">Each works for about the time that it is given, and says how much it did.</param>
    public static async Task<double[]> RatesAsync(int rounds, TimeSpan each, params Func<TimeSpan, Task<long>>[] contenders)
    {
        var rates = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var started = Stopwatch.GetTimestamp();
                var done = await contenders[i](each);
                if (round > 0) rates[i].Add(done / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return [.. rates.Select(Median)];
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
