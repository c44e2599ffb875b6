using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Bookkeeping;

/// <summary>Statistics of a run, from its curve and from the round trips in its files: trips are read, not kept.</summary>
internal static class RunStatistics
{
    /// <param name="folder">Its tables must have been flushed.</param>
    public static BacktestStatistics Of(string folder, RunBooks books, StatisticsOptions options, bool hasBenchmark)
    {
        var run = PerformanceStatistics.Of(books.Curve, CsvRows.Read(folder, RunTables.Trades).Select(r => RunTables.TripOf(r)), options, hasBenchmark ? books.Benchmark : null);
        var (agents, policies) = (BacktestStatistics.Groups(), BacktestStatistics.Groups());
        foreach (var name in books.Agents) agents[name] = Of("agent", name);
        if (books.Policies.Count > 1)
            foreach (var name in books.Policies) policies[name] = Of("policy", name);
        return new BacktestStatistics(run, agents, policies);

        PerformanceStatistics Of(string group, string name) => PerformanceStatistics.Of(
            new EquityCurve(), CsvRows.Read(folder, RunTables.GroupTrades).Where(r => r[0] == group && r[1] == name).Select(r => RunTables.TripOf(r, first: 2)), options);
    }
}
