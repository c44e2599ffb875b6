using System.Globalization;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>One curve of several runs that follow each other: each begins with what the one before left.</summary>
internal static class ChainedCurve
{
    /// <param name="runs">Their folders and statistics, in the order of time. <c>equity.csv</c> is read from each.</param>
    public static EquityCurve Of(IEnumerable<(string Folder, PerformanceStatistics Statistics)> runs)
    {
        var curve = new EquityCurve();
        foreach (var (folder, statistics) in runs)
        {
            // Who is ruined does not begin again; who begins with nothing has no return.
            if (curve.Ruined is not null || statistics is not { From: { } from, FirstEquity: > 0m and var first }) break;
            var scale = (curve.Last?.Equity ?? first) / first;
            curve.Add(new EquityPoint(from, first * scale));
            foreach (var row in CsvRows.Read(folder, RunTables.Equity))
                curve.Add(new EquityPoint(Timestamp.Parse(row[0]), Amount(row[1]) * scale, Amount(row[2]) * scale, Amount(row[3]) * scale, Amount(row[5]) * scale));
        }

        return curve;
    }

    private static decimal Amount(string cell) => decimal.Parse(cell, CultureInfo.InvariantCulture);
}
