using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Strategies.Breakout;
using EventSourcedTrading.Strategies.MeanReversion;
using EventSourcedTrading.Strategies.MovingAverageCross;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// A year of minute bars of ten instruments through three strategies, vote, every risk rule and the paper venue, in process: bars a second,
/// the making of the simulated market included.
/// </summary>
public sealed class BacktestBench : IBench
{
    private const int Days = 252, Symbols = 10, MinutesPerDay = 390;

    public IReadOnlyList<string> Names => ["backtest.bars_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        var market = Enumerable.Range(1, Symbols).Select(i => new SimulatedInstrument(
            new Instrument($"S{i.ToString("00", CultureInfo.InvariantCulture)}.XNAS", "USD", Bucket: $"bucket-{i % 4}"), 20m + (i * 10m), 0.0005, 100_000)).ToArray();
        var (rates, hashes, orders) = (new List<double>(), new List<double>(), 0L);
        for (var round = 0; round <= 3; round++)
        {
            orders = 0;
            var started = Stopwatch.GetTimestamp();
            var bars = await Backtest.RunAsync(Setup(market, round == 0 ? 20 : Days), engine =>
            {
                foreach (var recorded in engine.Record.Events)
                    if (recorded.Event is OrderApproved) orders++;
            }, ct: ct);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (round == 0) continue;
            if (bars != (long)Days * Symbols * MinutesPerDay || orders == 0) throw new InvalidOperationException($"{bars} bars gave {orders} orders");
            rates.Add(bars / seconds);
            hashes.Add(Hashes());
        }

        Results.Say(string.Create(CultureInfo.InvariantCulture, $"{orders:#,0} orders a year"));
        results.Add("backtest.bars_per_s", Interleaved.Median(rates), "bars/s", "SHA-256 of 512 B", Interleaved.Median(hashes));
    }

    private static BacktestSetup Setup(SimulatedInstrument[] market, int days)
    {
        var data = new SimulatedMarket(new SimulationOptions { Days = days, Quotes = false, Instruments = market });
        string[] ids = [.. data.Instruments.Select(i => i.Id)];
        var opening = new OpenPortfolio(
            "USD", data.Instruments, "paper", new Dictionary<string, string> { ["latencyMs"] = "0", ["feePerShare"] = "0.005" },
            new Dictionary<string, decimal> { ["USD"] = 10_000_000m }, Desk.Everything, VotingPolicy.Default);
        var none = new Dictionary<string, string>();
        return new BacktestSetup("bench", opening, data,
            [new BreakoutPlugin().Create(ids, none), new MeanReversionPlugin().Create(ids, none), new MovingAverageCrossPlugin().Create(ids, none)]);
    }

    private static double Hashes()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var text = new byte[512];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 300_000; i++) SHA256.HashData(text, hash);
        return 300_000 / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
