using System.Globalization;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>One record of several runs that follow each other.</summary>
internal static class ChainedRuns
{
    /// <summary>Each run begins with what the one before left.</summary>
    /// <param name="runs">Their folders and statistics, in the order of time. <c>equity.csv</c> is read from each.</param>
    public static EquityCurve Curve(IEnumerable<(string Folder, PerformanceStatistics Statistics)> runs)
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

    /// <summary>In the amounts that they had: each run began with the cash of its portfolio.</summary>
    public static IEnumerable<RoundTrip> Trips(IEnumerable<string> folders) => folders.SelectMany(f => CsvRows.Read(f, RunTables.Trades)).Select(row => RunTables.TripOf(row));

    private static decimal Amount(string cell) => decimal.Parse(cell, CultureInfo.InvariantCulture);
}
