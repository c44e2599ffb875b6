using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.MarketData.Lean;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.MarketData.Tests.Lean;
using EventSourcedTrading.Strategies.Breakout;
using EventSourcedTrading.Strategies.MeanReversion;
using EventSourcedTrading.Strategies.MovingAverageCross;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.MarketData.Tests.Strategies;

public sealed class SampleStrategiesTests(ITestOutputHelper output)
{
    private static readonly IStrategyPlugin[] Plugins = [new MeanReversionPlugin(), new MovingAverageCrossPlugin(), new BreakoutPlugin()];
    private static readonly Dictionary<string, string> Usual = [];
    private static readonly List<Signal> TwoDays = [.. new SimulatedMarket(new() { Seed = 7, Days = 2 }).Read()];

    public static TheoryData<string> Names => [.. Plugins.Select(p => p.Name)];

    [Fact]
    public void On_five_days_of_real_minutes_each_proposes_dozens_of_times_a_day_and_now_and_then_they_disagree()
    {
        var data = new LeanDataSet(new() { Path = LeanData.Folder, Assets = LeanAssets.Equity, BadData = BadDataPolicy.Exclude });
        Assert.Equal(["AIG.XNYS", "BAC.XNYS", "IBM.XNYS", "SPY.ARCX"], data.Instruments.Select(i => i.Id));
        Measure(data, 5);
    }

    [Fact]
    public void On_the_simulator_too() => Measure(new SimulatedMarket(), 5);

    [Theory]
    [MemberData(nameof(Names))]
    public void Nobody_looks_ahead(string name)
    {
        var all = Run(Create(name), TwoDays);
        Assert.NotEmpty(all);
        Prop.ForAll(Gen.Choose(0, TwoDays.Count).ToArbitrary(), length =>
        {
            var prefix = Run(Create(name), TwoDays.Take(length));
            return Told(prefix).SequenceEqual(Told(all.Take(prefix.Count)), StringComparer.Ordinal)
                && (prefix.Count == all.Count || length == 0 || all[prefix.Count].Sequence > TwoDays[length - 1].Sequence);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sleeping_and_waking_elsewhere_changes_nothing(string name)
    {
        var all = Told(Run(Create(name), TwoDays));
        Prop.ForAll(Gen.Choose(0, TwoDays.Count).ToArbitrary(), at =>
        {
            var first = Create(name);
            var before = Run(first, TwoDays.Take(at));
            var second = Create(name);
            second.Restore(System.Text.Json.JsonDocument.Parse(first.Capture().GetRawText()).RootElement);
            return Told(before.Concat(Run(second, TwoDays.Skip(at)))).SequenceEqual(all, StringComparer.Ordinal)
                && second.Capture().GetRawText().Length > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Proposals_are_well_formed_and_positions_stay_within_one_quantity(string name)
    {
        var held = new Dictionary<string, decimal>();
        foreach (var (_, proposal) in Run(Create(name, ("quantity", "300")), TwoDays))
        {
            held[proposal.Instrument] = held.GetValueOrDefault(proposal.Instrument) + (proposal.Side.Sign() * proposal.Quantity);
            Assert.Contains(held[proposal.Instrument], new[] { -300m, 0m, 300m });
            Assert.Contains(proposal.Quantity, new[] { 300m, 600m });
            Assert.InRange(proposal.Confidence, 0.05m, 1m);
            Assert.EndsWith(".", proposal.Rationale, StringComparison.Ordinal);
            Assert.True(proposal.Features.ContainsKey("close"));
        }
    }

    [Theory]
    [InlineData("mean-reversion", "window", "4", "must be a whole number from 5 to 2000")]
    [InlineData("mean-reversion", "window", "many", "must be a whole number from 5 to 2000")]
    [InlineData("mean-reversion", "exitZ", "2.5", "must be below entryZ 2.0")]
    [InlineData("mean-reversion", "quantity", "-1", "must be a number from")]
    [InlineData("ma-cross", "fast", "20", "must be below slow 20")]
    [InlineData("ma-cross", "band", "1e-3", "must be a number from")]
    [InlineData("breakout", "channel", "1", "must be a whole number from 2 to 2000")]
    [InlineData("breakout", "chanel", "9", "is unknown; there are channel, quantity")]
    public void A_bad_parameter_is_refused_with_its_rule(string name, string parameter, string value, string rule)
    {
        var e = Assert.Throws<StrategyParameterException>(() => Create(name, (parameter, value)));
        Assert.Contains($"{name}: parameter {parameter} = '{value}': {rule}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Instruments_and_foreign_state_are_checked(string name)
    {
        var plugin = Plugins.Single(p => p.Name == name);
        Assert.Throws<StrategyParameterException>(() => plugin.Create([], Usual));
        Assert.Throws<StrategyParameterException>(() => plugin.Create(["spy"], Usual));
        var strategy = plugin.Create(["SPY.ARCX"], Usual);
        foreach (var state in (string[])["{}", "[]", "null", """{"SPY.ARCX":null}""", """{"IBM.XNYS":{}}""", """{"SPY.ARCX":{"closes":null}}""", """{"SPY.ARCX":{"closes":["0"]}}""", """{"SPY.ARCX":{"stance":2}}"""])
            Assert.Throws<ArgumentException>(() => strategy.Restore(System.Text.Json.JsonDocument.Parse(state).RootElement));
        Assert.Equal($"{name}@1.0.0", strategy.Description.Agent);
    }

    [Fact]
    public void Mean_reversion_fades_a_jump_and_leaves_at_the_mean()
    {
        var strategy = Create("mean-reversion", ("window", "5"), ("entryZ", "1.5"), ("exitZ", "0.5"));
        var told = Closes(strategy, 10m, 10m, 10m, 10m, 10m, 11m, 10.2m, 10.2m);

        // Of 10, 10, 10, 10, 11: mean 10.2, variance (4 × 0.04 + 0.64) / 5 = 0.16, z = 0.8 / 0.4 = 2; then 10.24 and −0.10 of 0.388.
        Assert.Equal(
        [
            (6, Side.Sell, 100m, 0.6667m, "Sells for a return to the mean: close 11 is 2.00 standard deviations above its 5-bar mean 10.20."),
            (7, Side.Buy, 100m, 0.9312m, "Leaves since the price has come back: close 10.2 is 0.10 standard deviations below its 5-bar mean 10.24."),
        ], told);
    }

    [Fact]
    public void Moving_averages_turn_from_long_to_short_by_twice_the_quantity()
    {
        var told = Closes(Create("ma-cross", ("fast", "1"), ("slow", "2")), 10m, 10m, 11m, 10m);

        // Long at 11 over 10.5 (gap 476 basis points, all evidence), short at 10 under 10.5.
        Assert.Equal((3, Side.Buy, 100m, 1m), (told[0].Bar, told[0].Side, told[0].Quantity, told[0].Confidence));
        Assert.Equal((4, Side.Sell, 200m), (told[1].Bar, told[1].Side, told[1].Quantity));
        Assert.Equal("Sells as the 1-bar mean 10.00 has crossed below the 2-bar mean 10.50, -476.2 basis points apart, at close 10.", told[1].Rationale);
    }

    [Fact]
    public void Breakout_buys_a_new_high_and_leaves_on_the_half_channel()
    {
        // Bars of these closes reach 0.5 to both sides, so the 4-bar channel before 12 is 9.5 to 10.5 and the 2-bar low before 11 is 11.5.
        var told = Closes(Create("breakout", ("channel", "4")), 10m, 10m, 10m, 10m, 12m, 12m, 11m);
        Assert.Equal(
        [
            (5, Side.Buy, 100m, 1m, "Buys the breakout: close 12 is 1.5 above the 4-bar high 10.5 of a channel 1.0 wide."),
            (7, Side.Sell, 100m, 0.7333m, "Leaves as close 11 is beyond the 2-bar low 11.5, so the move has ended."),
        ], told);
    }

    [Fact]
    public void Square_roots_are_exact_to_the_last_digits() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).SelectMany(_ => Gen.Choose(0, 12), (n, scale) => new decimal(n, 0, 0, false, (byte)scale)).ToArbitrary(), value =>
        {
            var root = MeanReversion.SquareRoot(value);
            return Math.Abs((root * root) - value) <= 1e-20m * Math.Max(1m, root);
        }).QuickCheckThrowOnFailure();

    private void Measure(IMarketDataSource data, int days)
    {
        var ids = data.Instruments.Select(i => i.Id).ToList();
        var strategies = Plugins.Select(p => p.Create(ids, Usual)).ToList();
        var counts = strategies.ToDictionary(s => s.Description.Name, _ => 0);
        var sides = new Dictionary<(string, Timestamp), HashSet<Side>>();
        foreach (var signal in data.Read())
        {
            foreach (var strategy in strategies)
            {
                var proposals = new List<Proposal>();
                strategy.OnSignal(signal, proposals);
                counts[strategy.Description.Name] += proposals.Count;
                foreach (var p in proposals)
                {
                    if (!sides.TryGetValue((p.Instrument, signal.Time), out var set)) sides[(p.Instrument, signal.Time)] = set = [];
                    set.Add(p.Side);
                }
            }
        }

        var conflicts = sides.Values.Count(s => s.Count > 1);
        output.WriteLine($"{data.Name}: {string.Join(", ", counts)}, minutes with proposals {sides.Count}, conflicts {conflicts}, excluded {data.Exclusions.Count}");
        foreach (var (name, count) in counts) Assert.True(count >= 24 * days, $"{name} gave {count} proposals in {days} days");
        Assert.True(conflicts >= 2 * days, $"{conflicts} conflicts");
    }

    private static IStrategy Create(string name, params (string Name, string Value)[] parameters) =>
        Plugins.Single(p => p.Name == name).Create(["AIG.XNYS", "SPY.ARCX"], parameters.ToDictionary(p => p.Name, p => p.Value));

    private static List<(long Sequence, Proposal Proposal)> Run(IStrategy strategy, IEnumerable<Signal> signals)
    {
        var all = new List<(long, Proposal)>();
        var now = new List<Proposal>();
        foreach (var signal in signals)
        {
            strategy.OnSignal(signal, now);
            all.AddRange(now.Select(p => (signal.Sequence, p)));
            now.Clear();
        }

        return all;
    }

    private static List<(int Bar, Side Side, decimal Quantity, decimal Confidence, string Rationale)> Closes(IStrategy strategy, params decimal[] closes)
    {
        var bars = closes.Select((close, i) => new Signal
        {
            Kind = SignalKind.Bar, Instrument = "SPY.ARCX", Feed = "test", Sequence = i + 1, Time = new(60_000_000L * (i + 1)),
            Open = close, High = close + 0.5m, Low = close - 0.5m, Price = close,
        });
        return [.. Run(strategy, bars).Select(p => ((int)p.Sequence, p.Proposal.Side, p.Proposal.Quantity, p.Proposal.Confidence, p.Proposal.Rationale))];
    }

    private static IEnumerable<string> Told(IEnumerable<(long Sequence, Proposal P)> proposals) => proposals.Select(
        x => $"{x.Sequence} {x.P.Instrument} {x.P.Side} {x.P.Quantity} {x.P.Confidence} {x.P.Rationale} {string.Join(' ', x.P.Features)}");
}
