using System.Text.Json;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary><c>sweep.json</c>: what a sweep was and what came out. It is the last file that is written, so whoever finds it has a complete sweep.</summary>
/// <param name="Source">The feed.</param>
/// <param name="DataHash">Of all the data; each run has the hash of what it saw.</param>
/// <param name="PlanHash">Of the plan and the configuration that it varies.</param>
/// <param name="Ranking">The best first; in walk-forward the train periods one after the other.</param>
/// <param name="WalkForward">Null without windows.</param>
/// <param name="Warnings">Why the winner should not be believed; empty if nothing speaks against it.</param>
public sealed record SweepResult(
    string Id, string Source, string DataHash, string PlanHash, string CodeVersion, SweepPlan Plan, IReadOnlyList<SweepTrial> Ranking, WalkForward? WalkForward, IReadOnlyList<string> Warnings)
{
    public const string Name = "sweep.json";

    /// <exception cref="RunException">It cannot be read.</exception>
    internal static SweepResult? Read(string folder) => SweepFiles.Read(Path.Combine(folder, Name), SweepJson.Default.SweepResult);

    internal void Save(string folder) => SavedFile.Write(Path.Combine(folder, Name), to => JsonSerializer.Serialize(to, this, SweepJson.Default.SweepResult));
}

/// <summary>A combination, run, with its place among those that were run on the same data.</summary>
/// <param name="Run">Id of the run, which is also its stream's in the log.</param>
/// <param name="Window">Whose train period it ran in; null without windows.</param>
/// <param name="Rank">From 1, by Sharpe ratio.</param>
/// <param name="Parameters">By the axes' names, in their order.</param>
/// <param name="Sharpe">Of a year.</param>
/// <param name="DeflatedSharpe">0 to 1: the chance that it is real, all trials on these data counted.</param>
/// <param name="TotalReturn">Fraction, of the whole period.</param>
/// <param name="MaxDrawdown">Fraction of the peak.</param>
/// <param name="Warning">Why it should not be believed.</param>
public sealed record SweepTrial(
    string Run, int? Window, int Rank, string Name, IReadOnlyDictionary<string, string> Parameters, double? Sharpe, double? DeflatedSharpe, double? TotalReturn, double MaxDrawdown,
    decimal? NetProfit, long Trades, string DecisionDigest, string ConfigurationHash, string? Warning)
{
    /// <summary>Ranks what was run on the same data.</summary>
    /// <param name="runs">In the order of the combinations.</param>
    internal static IReadOnlyList<SweepTrial> Ranked(IReadOnlyList<GridAxis> axes, IReadOnlyList<Combination> combinations, IReadOnlyList<SweptRun> runs, int? window)
    {
        var byName = combinations.Zip(runs).ToDictionary(r => r.First.Name, StringComparer.Ordinal);
        return [.. SweepRanking.Rank([.. byName.Select(r => KeyValuePair.Create(r.Key, r.Value.Second.Statistics))]).Select(ranked =>
        {
            var (combination, run) = byName[ranked.Name];
            var figures = run.Statistics;
            return new SweepTrial(
                run.Id, window, ranked.Rank, ranked.Name, axes.Zip(combination.Values).ToDictionary(v => v.First.Name, v => v.Second), ranked.Sharpe, ranked.DeflatedSharpe, figures.TotalReturn,
                figures.Drawdown.Depth, figures.NetProfit, figures.Trades.Count, run.DecisionDigest, run.ConfigurationHash, ranked.Warning);
        })];
    }
}

/// <summary>What is kept in memory of a run.</summary>
/// <param name="Statistics">Of the whole book.</param>
internal sealed record SweptRun(string Id, string DecisionDigest, string ConfigurationHash, PerformanceStatistics Statistics)
{
    public static SweptRun Of(BacktestResult r) => new(r.Id, r.DecisionDigest, r.ConfigurationHash, r.Statistics.Run with { Months = [] });
}
