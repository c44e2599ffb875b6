using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Backtesting.Tests.Running;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

/// <summary>Sweeps of a small portfolio: two instruments, bars alone, six days with a weekend among them.</summary>
internal static class Sweeps
{
    public const string Fast = "ma-cross.fast=3,5", Slow = "ma-cross.slow=5..20:15";

    public static SimulatedMarket Market(ulong seed = 1) => new(new SimulationOptions { Days = 6, Seed = seed, Quotes = false, Instruments = [.. SimulationOptions.Default.Take(2)] });

    public static PortfolioOptions Portfolio(params StrategyOptions[] strategies) => new()
    {
        Id = "main", Instruments = Market().Instruments, Cash = new Dictionary<string, decimal> { ["USD"] = 100_000m }, Strategies = strategies is [] ? [new("ma-cross")] : strategies,
        VenueSettings = new Dictionary<string, string> { ["latencyMs"] = "250", ["participation"] = "0.1" },
    };

    public static SweptConfiguration Swept(PortfolioOptions portfolio, params string[] grid) =>
        new(BacktestConfiguration.Of(portfolio, Runs.Strategies), Runs.Strategies, [.. grid.Select(GridAxis.Parse)], TimeSpan.FromDays(1));

    /// <param name="open">Gives each run a data source of its own; null for <see cref="Market"/>.</param>
    public static async Task<SweepResult> RunAsync(
        string folder, WalkForwardRule? rule = null, int cores = 2, bool keep = false, Func<IMarketDataSource>? open = null, string version = "1", ulong seed = 1, string[]? grid = null,
        Func<RunIdentity, Task>? begun = null, Func<BacktestResult, Task>? completed = null, IProgress<SweepProgress>? progress = null)
    {
        var portfolio = Portfolio();
        var (basis, swept) = (BacktestConfiguration.Of(portfolio, Runs.Strategies), Swept(portfolio, grid ?? [Fast, Slow]));
        var data = DataFingerprint.Of(Market(seed).Read());
        var plan = swept.Plan();
        if (rule is not null) plan = plan with { WalkForward = rule, Windows = rule.Windows(Domain.Time.Timestamp.Parse("2024-01-02T00:00:00Z"), data.Last!.Value) };
        var sweep = RunIdentity.Of("test", data, plan.Checked().ToJson(basis.ToJson()), basis.Seed(), version);
        var options = new SweepOptions(folder, cores, keep, TimeSpan.Zero, basis.Statistics);
        return (await Sweep.RunAsync(plan, sweep, options, Run, TimeProvider.System, progress)).Result;

        SweepRun Run(Combination combination, Period? period)
        {
            var configuration = swept.Of(combination, period);
            return new SweepRun(configuration.Setup(open?.Invoke() ?? Market(seed), Runs.Strategies), configuration.ToJson(), configuration.Seed())
            {
                Begun = begun ?? (_ => Task.CompletedTask), Completed = completed ?? (_ => Task.CompletedTask),
            };
        }
    }
}
