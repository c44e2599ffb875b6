using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using FsCheck.Fluent;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class PaperPropertyTests
{
    private sealed record Run(PaperSettings Settings, OrderTerms Terms, List<(Signal? Signal, MarketView Before, ExecutionReport Report)> Reports)
    {
        public IEnumerable<(Signal? Signal, MarketView Before, ExecutionReport Report)> Fills =>
            Reports.Where(r => r.Report.Kind is ReportKind.Fill or ReportKind.PartialFill);
    }

    [Fact]
    public void It_never_fills_more_than_is_left() => Property(run => Assert.True(run.Fills.Sum(f => f.Report.Quantity) <= run.Terms.Quantity));

    [Fact]
    public void It_never_fills_worse_than_the_limit() => Property(run => Assert.All(run.Fills, f =>
        Assert.True(run.Terms.LimitPrice is not { } limit || (run.Terms.Side == Side.Buy ? f.Report.Price <= limit : f.Report.Price >= limit))));

    [Fact]
    public void It_never_fills_before_the_order_can_have_arrived() => Property(run => Assert.All(run.Fills, f =>
        Assert.True(f.Report.At >= PaperDesk.Ms(run.Settings.LatencyMs))));

    [Fact]
    public void It_respects_participation() => Property(run => Assert.All(run.Fills, f =>
    {
        if (run.Settings.Participation == 0m) return;
        var shown = f.Signal switch
        {
            null => run.Terms.Side == Side.Buy ? f.Before.AskSize : f.Before.BidSize,
            { Kind: SignalKind.Quote } quote => run.Terms.Side == Side.Buy ? quote.AskSize : quote.BidSize,
            var print => print.Size,
        };
        Assert.True(f.Report.Quantity <= shown * run.Settings.Participation);
    }));

    [Fact]
    public void Prices_are_whole_ticks() => Property(run => Assert.All(run.Fills, f => Assert.True(f.Report.Price > 0m && PaperDesk.Spy.IsWholeTicks(f.Report.Price))));

    [Fact]
    public void It_is_never_better_than_the_best_of_what_the_market_showed() => Property(run => Assert.All(run.Fills, f =>
    {
        var buy = run.Terms.Side == Side.Buy;
        var best = f.Signal switch
        {
            null => f.Before.PriceFor(run.Terms.Side),
            { Kind: SignalKind.Quote } quote => buy ? quote.Ask : quote.Bid,
            { Kind: SignalKind.Bar } bar => buy ? bar.Low : bar.High,
            var trade => trade.Price,
        };
        Assert.True(buy ? f.Report.Price >= best : f.Report.Price <= best);
    }));

    [Fact]
    public void A_stop_never_fills_better_than_it() => Property(run => Assert.All(run.Fills.Take(1), f =>
        Assert.True(run.Settings.Fill != FillModel.Now || run.Terms is not { OrderType: OrderType.Stop, StopPrice: { } stop } || (run.Terms.Side == Side.Buy ? f.Report.Price >= stop : f.Report.Price <= stop))));

    [Fact]
    public void Impatient_orders_report_once_and_fill_or_kill_never_in_part() => Property(run =>
    {
        if (run.Terms.TimeInForce is TimeInForce.Day or TimeInForce.Gtc) return;
        Assert.True(run.Fills.Count() <= 1);
        if (run.Terms.TimeInForce == TimeInForce.Fok) Assert.DoesNotContain(run.Fills, f => f.Report.Kind == ReportKind.PartialFill);
    });

    [Fact]
    public void The_same_seed_gives_the_same_fills() => FsCheck.Check.One(Quick, Prop.ForAll(Seeds, seed =>
        Assert.Equal(Play(seed).Reports.Select(r => r.Report), Play(seed).Reports.Select(r => r.Report))));

    [Fact]
    public void Draws_are_pinned_so_that_an_old_log_replays_alike_on_every_platform()
    {
        Assert.Equal("0.5606077674121099", $"{SeededDraw.Fraction(1, "alpha-1", 0):F16}");
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(n => SeededDraw.Fraction(1, "alpha-1", n)).Distinct().Count());
    }

    [Fact]
    public void Draws_are_spread_evenly()
    {
        var draws = Enumerable.Range(0, 10_000).Select(n => SeededDraw.Fraction(42, $"alpha-{n}", 0)).ToArray();
        Assert.All(draws, d => Assert.InRange(d, 0m, 0.9999999999999999m));
        for (var tenth = 0; tenth < 10; tenth++) Assert.InRange(draws.Count(d => (int)(d * 10m) == tenth), 900, 1_100);
    }

    private static FsCheck.Config Quick => FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    private static FsCheck.Arbitrary<int> Seeds => ArbMap.Default.ArbFor<int>().Filter(s => s >= 0);

    private static void Property(Action<Run> holds) => FsCheck.Check.One(Quick, Prop.ForAll(Seeds, seed => holds(Play(seed))));

    /// <summary>Any order, any settings, fifty signals of any kind around a price of ten.</summary>
    private static Run Play(int seed)
    {
        var random = new Random(seed);
        decimal Price() => (95_000 + random.Next(10_000)) / 10_000m;
        decimal Cents() => Math.Round(Price(), 2);
        var settings = new PaperSettings(
            Seed: seed, LatencyMs: random.Next(3) * 10, LatencyJitterMs: random.Next(2) * 15, SlippageBps: random.Next(2) * 80m, Participation: random.Next(3) * 0.3m)
        {
            Fill = (FillModel)random.Next(4), Queue = (QueueModel)random.Next(3), SpreadTicks = random.Next(3), Impact = random.Next(2),
            DailyVolatility = PerInstrument.Zero.With(null, 0.02m), DailyVolume = PerInstrument.Zero.With(null, 1_000m),
        };
        var terms = PaperDesk.Terms(
            random.Next(2) == 0 ? Side.Buy : Side.Sell, random.Next(1, 300), random.Next(2) == 0 ? Cents() : null, random.Next(2) == 0 ? Cents() : null, (TimeInForce)random.Next(4));
        var desk = PaperDesk.Given(terms, settings);
        var run = new Run(settings, terms, []);
        if (random.Next(2) == 0) desk.Knowing(Any(0));
        var before = Copy(desk.Market);
        foreach (var report in desk.Submitted().Reports) run.Reports.Add((null, before, report));
        for (var ms = 1; ms <= 50; ms++)
        {
            var signal = Any(ms);
            before = Copy(desk.Market);
            foreach (var report in desk.When(signal).Reports) run.Reports.Add((signal, before, report));
        }

        return run;

        Signal Any(int ms)
        {
            var (a, b, c, d) = (Price(), Price(), Price(), Price());
            return random.Next(3) switch
            {
                0 => PaperDesk.Quote(a, a + 0.0123m, ms, random.Next(200)),
                1 => PaperDesk.Trade(a, ms, random.Next(200)),
                _ => PaperDesk.Bar(a, Math.Max(Math.Max(a, b), Math.Max(c, d)), Math.Min(Math.Min(a, b), Math.Min(c, d)), b, ms - random.Next(3), ms, random.Next(200)),
            };
        }
    }

    private static MarketView Copy(MarketView m) => new() { Bid = m.Bid, BidSize = m.BidSize, Ask = m.Ask, AskSize = m.AskSize, Last = m.Last, Time = m.Time };
}
