using System.Security.Cryptography;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData.Simulation;

namespace EventSourcedTrading.MarketData.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void The_generator_gives_its_authors_numbers()
    {
        // From the state 1, 2, 3, 4: the reference implementation's first outputs, as rand_xoshiro's tests keep them too.
        var random = new Xoshiro256(1, 2, 3, 4);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625, 8476171486693032832];
        Assert.Equal(expected, expected.Select(_ => random.Next()));
    }

    [Fact]
    public void Normals_have_mean_0_variance_1_and_bounds()
    {
        var random = new Xoshiro256(3);
        var draws = Enumerable.Range(0, 200_000).Select(_ => random.Normal()).ToList();
        Assert.InRange(draws.Average(), -0.01, 0.01);
        Assert.InRange(draws.Sum(x => x * x) / draws.Count, 0.99, 1.01);
        Assert.All(draws, x => Assert.InRange(x, -3.47, 3.47));
    }

    [Fact]
    public void A_seed_is_a_market_for_ever()
    {
        // Golden: changes only if the model does, and then backtests on simulated data are no longer comparable.
        var (day, ticks) = (Digest(new SimulatedMarket(new() { Seed = 42, Days = 1 })), Digest(new SimulatedTicks(42, 1_000, 5_000)));
        output.WriteLine($"{day} {ticks}");
        Assert.Equal("8b9940c2ae309a44585ed2bfabb51ffde1093bdc3a954952585032b6eaa2b463", day);
        Assert.Equal("dfbd3f3cc33be89a8ab247682870b1ffad1b7f87a8b3e9e1b79eeb2e0dba8cda", ticks);
        Assert.NotEqual(Digest(new SimulatedTicks(42, 1_000, 5_000)), Digest(new SimulatedTicks(43, 1_000, 5_000)));
        var market = new SimulatedMarket(new() { Days = 1 });
        Assert.Equal(Digest(market), Digest(market));
    }

    [Fact]
    public void Minutes_are_complete_and_in_order()
    {
        var market = new SimulatedMarket(new() { Days = 5 });
        Assert.Equal(5 * 390 * 6 * 2, Ordered.Count(market));
        var days = market.Read().Select(s => s.Time.ToDateTime().Date).Distinct().ToList();
        Assert.Equal(["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"], days.Select(d => $"{d:yyyy-MM-dd}"));
        Assert.Equal(Timestamp.Parse("2024-01-02T13:31:00Z"), market.Read().First().Time);
        Assert.Equal(Timestamp.Parse("2024-01-08T20:00:00Z"), market.Read().Last().Time);
    }

    [Fact]
    public void Ticks_have_a_time_each_at_the_rate_that_was_asked_for()
    {
        var ticks = new SimulatedTicks(1, 3, 10);
        Assert.Equal(10, Ordered.Count(ticks));
        Assert.All(ticks.Read(), s => Assert.True(s.SliceEnd));
        Assert.Equal(["13:30:00.000000", "13:30:00.333333", "13:30:00.666666", "13:30:01.000000"], ticks.Read().Take(4).Select(s => s.Time.ToString()[11..26]));
        Assert.Equal(1_000, new SimulatedTicks(1, 1_000_000, 1_000).Read().Select(s => s.Time).Distinct().Count());
    }

    [Fact]
    public void Statistics_are_those_of_a_market()
    {
        var options = new SimulationOptions { Days = 20, Seed = 5 };
        var bars = new SimulatedMarket(options).Read().Where(s => s.Kind == SignalKind.Bar).GroupBy(s => s.Instrument).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var instrument in options.Instruments)
        {
            var series = bars[instrument.Instrument.Id];
            var deviation = Deviation(Returns(series));
            Assert.InRange(deviation, 0.7 * instrument.Volatility, 2.0 * instrument.Volatility);
            Assert.InRange(series[^1].Price / instrument.Price, 0.6m, 1.6m);
            Assert.All(series, b => Assert.True(instrument.Instrument.IsWholeTicks(b.Price) && instrument.Instrument.IsWholeLots(b.Size)));
            decimal Volume(int from, int to) => series.Where(b => Minute(b) >= from && Minute(b) < to).Average(b => b.Size);
            Assert.True(Volume(0, 30) > 1.3m * Volume(180, 210) && Volume(360, 390) > 1.3m * Volume(180, 210));
        }

        var (spy, qqq, bac) = (Returns(bars["SPY.ARCX"]), Returns(bars["QQQ.XNAS"]), Returns(bars["BAC.XNYS"]));
        Assert.InRange(Correlation(spy, qqq), 0.35, 0.75);
        Assert.InRange(Correlation(spy, bac), -0.1, 0.1);
    }

    [Fact]
    public void Regimes_make_trends_and_reversions()
    {
        // Over half an hour, a random walk moves √30 times as far as over a minute; regimes must spread that ratio on both sides.
        var closes = new SimulatedMarket(new() { Days = 20 }).Read().Where(s => s is { Kind: SignalKind.Bar, Instrument: "SPY.ARCX" }).Select(s => (double)s.Price).ToList();
        var ratios = closes.Chunk(30).Where(c => c.Length == 30).Select(c =>
            Math.Abs(c[^1] - c[0]) / (Math.Sqrt(c.Zip(c.Skip(1), (a, b) => (b - a) * (b - a)).Sum()) + 1e-9)).ToList();
        Assert.InRange(ratios.Count(r => r > 1.5) / (double)ratios.Count, 0.05, 0.5);
        Assert.InRange(ratios.Count(r => r < 0.5) / (double)ratios.Count, 0.2, 0.7);
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new SimulatedMarket(new() { Days = 0 }));
        Assert.Throws<ArgumentException>(() => new SimulatedMarket(new() { Correlation = double.NaN }));
        Assert.Throws<ArgumentException>(() => new SimulatedMarket(new() { Instruments = [] }));
        Assert.Throws<ArgumentException>(() => new SimulatedMarket(new() { Instruments = [.. SimulationOptions.Default, SimulationOptions.Default[0]] }));
        Assert.Throws<ArgumentException>(() => new SimulatedTicks(1, 0, 1));
    }

    private static int Minute(Signal bar) => (int)(bar.Start.ToDateTime().TimeOfDay.TotalMinutes - 810);

    private static List<double> Returns(List<Signal> bars) => [.. bars.Select(b => (double)(b.Price / b.Open) - 1)];

    private static double Deviation(List<double> x)
    {
        var mean = x.Average();
        return Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / x.Count);
    }

    private static double Correlation(List<double> x, List<double> y)
    {
        var (mx, my) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum() / x.Count / Deviation(x) / Deviation(y);
    }

    private static string Digest(IMarketDataSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var signal in source.Read()) hash.AppendData(SignalJson.Write(signal));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
