using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;
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
/// the making of the simulated market included. Once with lengths that suit minutes (hours of memory, nine orders a day and instrument),
/// once with the strategies' shortest ones (nearly fifty), once with every file of a run written.
/// </summary>
public sealed class BacktestBench : IBench
{
    private const int Days = 252, Symbols = 10, MinutesPerDay = 390, Rounds = 5;
    private const string Yardstick = "SHA-256 of 512 B";

    private static readonly Dictionary<string, string> Usual = [];
    private static readonly Dictionary<string, string>[] Hours =
        [new() { ["channel"] = "120" }, new() { ["window"] = "120", ["entryZ"] = "3" }, new() { ["fast"] = "50", ["slow"] = "200" }];

    private static readonly SimulatedInstrument[] Market = [.. Enumerable.Range(1, Symbols).Select(i => new SimulatedInstrument(
        new Instrument($"S{i.ToString("00", CultureInfo.InvariantCulture)}.XNAS", "USD", Bucket: $"bucket-{i % 4}"), 20m + (i * 10m), 0.0005, 100_000))];

    public IReadOnlyList<string> Names => ["backtest.bars_per_s", "backtest.busy_bars_per_s", "backtest.written_bars_per_s", "backtest.live_memory_growth"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        // A year to warm up: compiled code is better after it has run for a while, and what is measured is many years.
        await DecideAsync(Hours, Days, [], ct);
        results.Add("backtest.bars_per_s", await MeasureAsync(() => DecideAsync(Hours, Days, [], ct)), "bars/s", Yardstick, Hashes());
        results.Add("backtest.busy_bars_per_s", await MeasureAsync(() => DecideAsync([Usual, Usual, Usual], Days, [], ct)), "bars/s", Yardstick, Hashes());
        results.Add("backtest.written_bars_per_s", await MeasureAsync(() => WriteAsync(ct)), "bars/s", Yardstick, Hashes());

        // The busy ones: what is remembered of intents and orders, a hundred thousand and ten thousand, is full within the first year.
        var memory = new List<long>();
        await DecideAsync([Usual, Usual, Usual], 6 * Days, memory, ct);
        Results.Say($"live memory, from year to year: {string.Join(", ", memory.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m / 1e6:0.0} MB")))}");
        results.Add("backtest.live_memory_growth", (double)memory[^1] / memory[^2], "of the year before", "the year before", 1);
    }

    private static async Task<double> MeasureAsync(Func<Task> run)
    {
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await run();
            rates.Add(Days * Symbols * MinutesPerDay / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return Interleaved.Median(rates);
    }

    /// <param name="memory">Gets the bytes that are alive at the end of each year, and of the run.</param>
    private static async Task DecideAsync(Dictionary<string, string>[] parameters, int days, List<long> memory, CancellationToken ct)
    {
        var (orders, year) = (0L, 1);
        var bars = await Backtest.RunAsync(Setup(parameters, days), engine =>
        {
            foreach (var recorded in engine.Record.Events)
                if (recorded.Event is OrderApproved) orders++;
            if (days <= Days || engine.State.TradingDays < year * (long)Days) return;
            year++;
            memory.Add(GC.GetTotalMemory(forceFullCollection: true));
        }, ct: ct);
        if (bars != (long)days * Symbols * MinutesPerDay || orders == 0) throw new InvalidOperationException($"{bars} bars gave {orders} orders");
        Results.Say(string.Create(CultureInfo.InvariantCulture, $"{bars:#,0} bars, {orders:#,0} orders"));
    }

    private static async Task WriteAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("est-bench-");
        try
        {
            var setup = Setup(Hours, Days);
            var run = RunIdentity.Of(null, new DataFingerprint(new string('0', 64), Days * Symbols * MinutesPerDay, null, null), "{}"u8, 1, "bench");
            await BacktestRun.RunAsync(setup, run, new RunOptions(folder.FullName, TimeSpan.FromSeconds(10), new StatisticsOptions()), TimeProvider.System, ct: ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BacktestSetup Setup(Dictionary<string, string>[] parameters, int days)
    {
        var data = new SimulatedMarket(new SimulationOptions { Days = days, Quotes = false, Instruments = Market });
        string[] ids = [.. data.Instruments.Select(i => i.Id)];
        var opening = new OpenPortfolio(
            "USD", data.Instruments, "paper", new Dictionary<string, string> { ["latencyMs"] = "0", ["feePerShare"] = "0.005" },
            new Dictionary<string, decimal> { ["USD"] = 10_000_000m }, Desk.Everything, VotingPolicy.Default);
        return new BacktestSetup("bench", opening, data,
            [new BreakoutPlugin().Create(ids, parameters[0]), new MeanReversionPlugin().Create(ids, parameters[1]), new MovingAverageCrossPlugin().Create(ids, parameters[2])]);
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
