using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class StopOrderTests
{
    private static PaperDesk Waiting(Side side, decimal? limit = null, TimeInForce tif = TimeInForce.Day, PaperSettings? settings = null) =>
        Given(Terms(side, 100m, stop: side == Side.Buy ? 10.5m : 9.5m, limit: limit, tif: tif), settings).Knowing(Trade(10m, 0)).Submitted().Then("Acknowledged");

    [Theory]
    [InlineData(Side.Buy, "10.49", null)]
    [InlineData(Side.Buy, "10.50", "Fill 100 @ 10.5")]
    [InlineData(Side.Buy, "10.80", "Fill 100 @ 10.8")]
    [InlineData(Side.Sell, "9.51", null)]
    [InlineData(Side.Sell, "9.50", "Fill 100 @ 9.5")]
    [InlineData(Side.Sell, "9.20", "Fill 100 @ 9.2")]
    public void A_trade_at_the_stop_sets_it_off(Side side, string price, string? fill)
    {
        var desk = Waiting(side).When(Trade(decimal.Parse(price), 5)).Then(fill is null ? [] : [fill]);
        Assert.Equal(fill is not null, desk.Order.Triggered);
    }

    [Theory]
    [InlineData("10.48", "10.49", null)]
    [InlineData("10.48", "10.50", "Fill 100 @ 10.5")]
    [InlineData("10.60", "10.62", "Fill 100 @ 10.62")]
    public void A_quote_whose_far_side_reaches_the_stop_sets_it_off(string bid, string ask, string? fill) =>
        Waiting(Side.Buy).When(Quote(decimal.Parse(bid), decimal.Parse(ask), 5)).Then(fill is null ? [] : [fill]);

    [Fact]
    public void A_bar_through_the_stop_fills_at_the_stop_and_a_gap_at_the_open()
    {
        Waiting(Side.Buy).When(Bar(10m, 10.49m, 9.9m, 10.4m, 0, 5)).Then().When(Bar(10.4m, 10.9m, 10.3m, 10.6m, 5, 10)).Then("Fill 100 @ 10.5");
        Waiting(Side.Buy).When(Bar(10.7m, 10.9m, 10.3m, 10.6m, 0, 5)).Then("Fill 100 @ 10.7");
        Waiting(Side.Sell).When(Bar(9.3m, 9.9m, 9.2m, 9.6m, 0, 5)).Then("Fill 100 @ 9.3");
    }

    [Fact]
    public void The_high_of_a_bar_that_began_before_the_order_does_not_set_it_off() =>
        Waiting(Side.Buy, settings: new PaperSettings(LatencyMs: 3)).When(Bar(10m, 11m, 9.9m, 10.4m, 2, 5)).Then().When(Bar(10m, 11m, 9.9m, 10.6m, 2, 5)).Then("Fill 100 @ 10.6");

    [Fact]
    public void Half_of_the_known_spread_and_slippage_come_on_top_of_a_printed_stop() =>
        Given(Terms(Side.Buy, 100m, stop: 10.5m)).Knowing(Quote(10m, 10.04m, 0)).Submitted().When(Bar(10m, 10.9m, 9.9m, 10.6m, 0, 5)).Then("Fill 100 @ 10.52");

    [Fact]
    public void A_stop_that_the_market_has_passed_already_trades_at_once() =>
        Given(Terms(Side.Sell, 100m, stop: 10.5m)).Knowing(Quote(10m, 10.04m, 0)).Submitted().Then("Acknowledged", "Fill 100 @ 10");

    [Fact]
    public void A_stop_limit_within_its_limit_fills_at_once_and_beyond_it_rests()
    {
        Waiting(Side.Buy, limit: 10.6m).When(Trade(10.55m, 5)).Then("Fill 100 @ 10.55");
        var desk = Waiting(Side.Buy, limit: 10.6m).When(Trade(10.7m, 5)).Then();
        Assert.True(desk.Order.Triggered);
        desk.When(Trade(10.6m, 6)).Then().When(Trade(10.4m, 7)).Then("Fill 100 @ 10.6");
    }

    [Fact]
    public void A_stop_limit_that_a_bar_sets_off_fills_at_the_stop_unless_the_bar_opened_beyond_the_limit()
    {
        Waiting(Side.Buy, limit: 10.6m).When(Bar(10m, 10.9m, 9.9m, 10.2m, 0, 5)).Then("Fill 100 @ 10.5");
        Waiting(Side.Buy, limit: 10.6m).When(Bar(10.7m, 10.9m, 9.9m, 10.2m, 0, 5)).Then();
    }

    [Theory]
    [InlineData(TimeInForce.Ioc, "Cancelled: immediate or cancel: 10.7 is beyond the limit of 10.6")]
    [InlineData(TimeInForce.Fok, "Cancelled: fill or kill: 10.7 is beyond the limit of 10.6")]
    public void An_impatient_stop_waits_for_its_stop_and_for_nothing_after_it(TimeInForce tif, string outcome) =>
        Waiting(Side.Buy, limit: 10.6m, tif).When(Trade(10.4m, 5)).Then().When(Trade(10.7m, 6)).Then(outcome);

    [Theory]
    [InlineData(TimeInForce.Gtc, "PartialFill 10 @ 10.5", "Fill 90 @ 10.2")]
    [InlineData(TimeInForce.Ioc, "PartialFill 10 @ 10.5", "Cancelled: immediate or cancel: the market does not show enough")]
    [InlineData(TimeInForce.Fok, "Cancelled: fill or kill: the market does not show enough", null)]
    public void A_stop_that_was_set_off_goes_on_as_a_market_order(TimeInForce tif, string first, string? second) =>
        Waiting(Side.Buy, tif: tif, settings: new PaperSettings(Participation: 0.1m)).When(Trade(10.5m, 5, size: 100m), Trade(10.2m, 6, size: 900m))
            .Then(second is null ? [first] : [first, second]);
}
