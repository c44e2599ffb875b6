using System.Globalization;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Reporting;

/// <summary>A line that is drawn in a bounded number of steps: of each the lowest and the highest value, so that no extreme is lost.</summary>
internal sealed class ChartLine(int steps)
{
    private readonly (double Low, double High)[] values = [.. Enumerable.Repeat((double.NaN, double.NaN), steps)];

    public int Steps => values.Length;

    /// <summary>NaN where there was no value.</summary>
    public (double Low, double High) this[int step] => values[step];

    public void Add(int step, double value)
    {
        var (low, high) = values[step];
        values[step] = (double.IsNaN(low) || value < low ? value : low, double.IsNaN(high) || value > high ? value : high);
    }
}

/// <summary>A trade in a chart.</summary>
internal readonly record struct ChartMark(int Step, double Price, bool IsBuy);

/// <summary>
/// What a report draws. The x axis counts market times, not hours: nights and weekends take no room. A step is a number of market times in a row.
/// </summary>
/// <param name="Starts">When each step begins.</param>
internal sealed record ChartLines(IReadOnlyList<Timestamp> Starts, ChartLine Equity, ChartLine Drawdown, ChartLine Exposure)
{
    public const int MaxSteps = 600;

    /// <summary>Trades that are drawn of one instrument; the first ones.</summary>
    public const int MaxMarks = 2_000;

    /// <summary>From the equity table; null if it has no row.</summary>
    public static ChartLines? Read(string folder)
    {
        var rows = CsvRows.Read(folder, RunTables.Equity).LongCount();
        if (rows == 0) return null;
        var steps = (int)Math.Min(rows, MaxSteps);
        var (equity, drawdown, exposure, starts) = (new ChartLine(steps), new ChartLine(steps), new ChartLine(steps), new List<Timestamp>(steps));
        double index = 1, peak = 1, before = double.NaN;
        var row = 0L;
        foreach (var cells in CsvRows.Read(folder, RunTables.Equity))
        {
            var step = (int)(row++ * steps / rows);
            if (step == starts.Count) starts.Add(Timestamp.Parse(cells[0]));
            var (value, flow, gross) = (Number(cells[1]), Number(cells[2]), Number(cells[3]));
            if (before > 0) index *= Math.Max(0, 1 + ((value - flow - before) / before));
            before = value;
            peak = Math.Max(peak, index);
            equity.Add(step, value);
            drawdown.Add(step, (index / peak) - 1);
            if (value > 0) exposure.Add(step, gross / value);
        }

        return new ChartLines(starts, equity, drawdown, exposure);
    }

    /// <summary>Prices of some instruments, in one pass over the data.</summary>
    public Dictionary<string, ChartLine> Prices(IEnumerable<Signal> signals, IReadOnlyCollection<string> instruments)
    {
        var lines = instruments.ToDictionary(i => i, _ => new ChartLine(Starts.Count), StringComparer.Ordinal);
        var step = 0;
        foreach (var signal in signals)
        {
            if (signal.Time < Starts[0]) continue;
            while (step + 1 < Starts.Count && Starts[step + 1] <= signal.Time) step++;
            if (lines.TryGetValue(signal.Instrument, out var line)) line.Add(step, (double)signal.Mark);
        }

        return lines;
    }

    /// <summary>The instruments with most executed orders, and the orders of each.</summary>
    public IReadOnlyList<(string Instrument, IReadOnlyList<ChartMark> Marks, int Orders)> Trades(string folder, int instruments)
    {
        var all = new SortedDictionary<string, (List<ChartMark> Marks, int Orders)>(StringComparer.Ordinal);
        foreach (var cells in CsvRows.Read(folder, RunTables.Orders))
        {
            if (cells[14].Length == 0) continue;
            var (marks, orders) = all.GetValueOrDefault(cells[2], ([], 0));
            var at = Timestamp.Parse(cells[11].Length > 0 ? cells[11] : cells[10]);
            if (marks.Count < MaxMarks) marks.Add(new ChartMark(StepOf(at), Number(cells[14]), cells[3] == "buy"));
            all[cells[2]] = (marks, orders + 1);
        }

        return [.. all.OrderByDescending(a => a.Value.Orders).Take(instruments).Select(a => (a.Key, (IReadOnlyList<ChartMark>)a.Value.Marks, a.Value.Orders))];
    }

    private int StepOf(Timestamp at)
    {
        var (low, high) = (0, Starts.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Starts[middle] <= at) low = middle + 1;
            else high = middle;
        }

        return Math.Max(0, low - 1);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
