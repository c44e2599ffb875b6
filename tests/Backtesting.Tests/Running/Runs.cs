using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Strategies;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>Runs of the demonstration's portfolio, or of another.</summary>
internal static class Runs
{
    public static readonly StrategyCatalog Strategies = StrategyCatalog.Discover();

    public static SimulatedMarket Simulated(int days) => new(new SimulationOptions { Days = days });

    /// <summary>As <c>make demo DATA=</c> reads it.</summary>
    public static LeanDataSet LeanMinutes(string folder) =>
        new(new LeanOptions { Path = folder, Assets = LeanAssets.Equity, RegularHoursOnly = true, BadData = BadDataPolicy.Exclude });

    public static BacktestConfiguration Configuration(IMarketDataSource data, PortfolioOptions? portfolio = null) => BacktestConfiguration.Of(portfolio ?? DemoPortfolio.For(data), Strategies);

    /// <param name="every">Between checkpoints; zero for as many as there can be.</param>
    public static async Task<BacktestResult> RunAsync(string folder, IMarketDataSource data, BacktestConfiguration? configuration = null, TimeSpan? every = null)
    {
        configuration ??= Configuration(data);
        var setup = configuration.Setup(data, Strategies);
        var run = RunIdentity.Of("test", DataFingerprint.Of(setup.Signals()), configuration.ToJson(), configuration.Seed(), "1");
        var options = new RunOptions(folder, every ?? TimeSpan.FromHours(1), configuration.Statistics, configuration.Benchmark);
        return (await BacktestRun.RunAsync(setup, run, options, TimeProvider.System)).Result;
    }
}

/// <summary>A data set whose reading fails, once it has been read as a whole, at a chosen place.</summary>
internal sealed class Breaking(IMarketDataSource data) : IMarketDataSource
{
    /// <summary>Signals until it breaks; null for never.</summary>
    public long? After { get; set; }

    public string Name => data.Name;
    public IReadOnlyList<Instrument> Instruments => data.Instruments;
    public Exclusions Exclusions => data.Exclusions;

    public IEnumerable<Signal> Read()
    {
        foreach (var signal in data.Read())
        {
            if (signal.Sequence > After) throw new IOException("the disk is gone");
            yield return signal;
        }
    }
}
