using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class TrailingStopTests
{
    private static OrderTerms Trailing(Side side, decimal? amount = null, decimal? percent = null, TimeInForce tif = TimeInForce.Gtc) =>
        Terms(side, 100m, tif: tif) with { OrderType = OrderType.TrailingStop, Trail = new Trail(amount, percent) };

    private static PaperDesk Waiting(Side side, PaperSettings? settings = null) =>
        Given(Trailing(side, amount: 0.5m), settings).Knowing(Trade(10m, 0)).Submitted().Then("Acknowledged");

    [Theory]
    [InlineData(Side.Sell, "9.5")]
    [InlineData(Side.Buy, "10.52")]
    public void It_begins_behind_the_far_side_of_the_market(Side side, string stop) =>
        Assert.Equal(decimal.Parse(stop), Given(Trailing(side, 0.5m)).Knowing(Quote(10m, 10.02m, 0)).Submitted().Then("Acknowledged").Order.StopAt);

    [Fact]
    public void Without_a_price_it_begins_behind_the_first_one()
    {
        var desk = Given(Trailing(Side.Sell, 0.5m)).Submitted().Then("Acknowledged");
        Assert.Null(desk.Order.StopAt);
        Assert.Equal(9.7m, desk.When(Trade(10.2m, 1)).Then().Order.StopAt);
    }

    [Fact]
    public void With_latency_it_begins_behind_the_first_price_that_it_can_see()
    {
        var desk = Given(Trailing(Side.Sell, 0.5m), new PaperSettings(LatencyMs: 5)).Knowing(Trade(12m, 0)).Submitted().When(Trade(11m, 4)).Then();
        Assert.Null(desk.Order.StopAt);
        Assert.Equal(9.5m, desk.When(Trade(10m, 5)).Then().Order.StopAt);
    }

    [Theory]
    [InlineData(Side.Sell, "10.4", "9.9", "9.9", "9.88")]
    [InlineData(Side.Buy, "9.6", "10.1", "10.1", "10.13")]
    public void It_follows_what_is_better_and_never_goes_back(Side side, string better, string stop, string touch, string beyond)
    {
        var desk = Waiting(side).When(Trade(decimal.Parse(better), 1), Trade(10m, 2)).Then();
        Assert.Equal(decimal.Parse(stop), desk.Order.StopAt);
        desk.When(Trade(decimal.Parse(touch), 3)).Then($"Fill 100 @ {touch}");
        Assert.True(desk.Order.Triggered);
        Waiting(side).When(Trade(decimal.Parse(better), 1)).Then().When(Trade(decimal.Parse(beyond), 2)).Then($"Fill 100 @ {beyond}");
    }

    [Fact]
    public void It_follows_and_is_set_off_by_the_far_side_of_quotes() =>
        Given(Trailing(Side.Sell, 0.5m)).Knowing(Quote(10m, 10.02m, 0)).Submitted()
            .When(Quote(11m, 11.5m, 1), Quote(10.51m, 10.6m, 2)).Then().When(Quote(10.5m, 10.6m, 3)).Then("Fill 100 @ 10.5");

    [Theory]
    [InlineData(Side.Sell, "2", "9.8")]
    [InlineData(Side.Sell, "0.001", "9.99")]    // never nearer than the tick that is worse for us
    [InlineData(Side.Sell, "3.333", "9.66")]
    [InlineData(Side.Buy, "3.333", "10.34")]
    public void A_percentage_is_rounded_to_the_tick_that_is_worse_for_us(Side side, string percent, string stop) =>
        Assert.Equal(decimal.Parse(stop), Given(Trailing(side, percent: decimal.Parse(percent))).Knowing(Trade(10m, 0)).Submitted().Order.StopAt);

    [Fact]
    public void A_bar_tests_the_stop_as_it_was_before_it_moves_it()
    {
        // High 11 would have put the stop at 10.5; the low reaches 9.5 alone, and so the sale is at 9.5.
        Waiting(Side.Sell).When(Bar(10m, 11m, 9.4m, 10.8m, 0, 5)).Then("Fill 100 @ 9.5");
        Waiting(Side.Buy).When(Bar(10m, 10.6m, 9m, 9.2m, 0, 5)).Then("Fill 100 @ 10.5");
        // Here the low does not reach it: it follows the high, and the next bar finds it there.
        var desk = Waiting(Side.Sell).When(Bar(10m, 11m, 9.6m, 10.8m, 0, 5)).Then();
        Assert.Equal(10.5m, desk.Order.StopAt);
        desk.When(Bar(10.8m, 10.9m, 10.4m, 10.7m, 5, 10)).Then("Fill 100 @ 10.5");
    }

    [Fact]
    public void A_bar_that_opens_beyond_the_stop_fills_at_the_open() => Waiting(Side.Sell).When(Bar(9.2m, 9.9m, 9.1m, 9.8m, 0, 5)).Then("Fill 100 @ 9.2");

    [Fact]
    public void A_close_below_the_stop_that_the_bars_own_high_has_lifted_sets_it_off_at_the_close() =>
        Waiting(Side.Sell).When(Bar(10m, 11m, 9.6m, 9.7m, 0, 5)).Then("Fill 100 @ 9.7");

    [Fact]
    public void A_bar_that_began_before_the_order_tells_of_its_close_alone()
    {
        var desk = Waiting(Side.Sell, new PaperSettings(LatencyMs: 3)).When(Bar(10m, 12m, 9m, 10.2m, 1, 5)).Then();
        Assert.Equal(9.7m, desk.Order.StopAt);
    }

    [Fact]
    public void What_was_set_off_works_as_a_market_order()
    {
        Waiting(Side.Sell, new PaperSettings(Participation: 0.1m)).When(Trade(9.5m, 5, size: 100m), Trade(9.9m, 6, size: 900m)).Then("PartialFill 10 @ 9.5", "Fill 90 @ 9.9");
        Waiting(Side.Sell, new PaperSettings { Fill = FillModel.NextOpen }).When(Trade(9.4m, 5), Trade(9.3m, 6)).Then().When(Bar(9.2m, 9.3m, 9.1m, 9.2m, 6, 9)).Then("Fill 100 @ 9.2");
    }

    [Fact]
    public void A_quote_without_a_price_neither_moves_it_nor_sets_it_off()
    {
        var desk = Waiting(Side.Buy).When(Quote(0m, 0m, 1)).Then();
        Assert.Equal(10.5m, desk.Order.StopAt);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("1", "1")]
    [InlineData(null, "100")]
    [InlineData("0", null)]
    public void The_venue_refuses_a_trail_that_is_none(string? amount, string? percent) =>
        Assert.StartsWith("orderType TrailingStop needs a trail", Assert.Single(Given(Trailing(
            Side.Sell, amount is null ? null : decimal.Parse(amount), percent is null ? null : decimal.Parse(percent))).Submitted().Reports).Text, StringComparison.Ordinal);

    /// <summary>Random ticks and bars against the plain definition: the best price since arrival, less the trail, as it was before the signal that sold.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_never_sells_above_the_trail_behind_the_best_price_since_arrival(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 200; run++)
        {
            var desk = Waiting(Side.Sell);
            var (best, price, filled) = (10m, 10m, false);
            for (var ms = 1; ms <= 60 && !filled; ms++)
            {
                decimal Step() => price = Math.Max(1m, price + ((random.Next(41) - 20) / 100m));
                var before = best;
                Signal signal;
                if (random.Next(2) == 0)
                {
                    signal = Trade(Step(), ms);
                    best = Math.Max(best, price);
                }
                else
                {
                    decimal[] path = [Step(), Step(), Step(), Step()];
                    signal = Bar(path[0], path.Max(), path.Min(), path[3], ms - 1, ms);
                    best = Math.Max(best, path.Max());
                }

                foreach (var report in desk.When(signal).Reports)
                {
                    filled = true;
                    Assert.True(report.Price <= Math.Max(before, best) - 0.5m, $"seed {seed} run {run}: sold at {report.Price}, best {best}");
                    if (signal.Kind == SignalKind.Trade) Assert.True(report.Price <= before - 0.5m, $"seed {seed} run {run}");
                }

                if (!filled) Assert.Equal(best - 0.5m, desk.Order.StopAt);
            }
        }
    }
}
