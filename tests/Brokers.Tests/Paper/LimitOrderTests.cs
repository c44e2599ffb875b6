using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class LimitOrderTests
{
    private static PaperDesk Resting(Side side, TimeInForce tif = TimeInForce.Day, PaperSettings? settings = null) =>
        Given(Terms(side, 100m, limit: 10m, tif: tif), settings).Knowing(side == Side.Buy ? Quote(10.04m, 10.06m, 0) : Quote(9.94m, 9.96m, 0)).Submitted().Then("Acknowledged");

    [Theory]
    [InlineData(Side.Buy, "9.97", "9.99", "Fill 100 @ 9.99")]
    [InlineData(Side.Buy, "9.98", "10.00", "Fill 100 @ 10")]
    [InlineData(Side.Sell, "10.01", "10.03", "Fill 100 @ 10.01")]
    public void A_marketable_limit_pays_the_quote(Side side, string bid, string ask, string fill) =>
        Given(Terms(side, 100m, limit: 10m)).Knowing(Quote(decimal.Parse(bid), decimal.Parse(ask), 0)).Submitted().Then("Acknowledged", fill);

    [Theory]
    [InlineData(Side.Buy, "9.96", "9.98", "Fill 100 @ 9.98")]
    [InlineData(Side.Sell, "10.02", "10.04", "Fill 100 @ 10.02")]
    public void A_quote_that_comes_to_a_resting_limit_fills_it_at_the_quote(Side side, string bid, string ask, string fill) =>
        Resting(side).When(Quote(decimal.Parse(bid), decimal.Parse(ask), 5)).Then(fill);

    [Theory]
    [InlineData(Side.Buy, "10.01", false)]
    [InlineData(Side.Buy, "10.00", false)]
    [InlineData(Side.Buy, "9.99", true)]
    [InlineData(Side.Sell, "10.00", false)]
    [InlineData(Side.Sell, "10.01", true)]
    public void A_trade_through_the_limit_fills_it_at_the_limit_and_a_touch_does_not(Side side, string price, bool fills) =>
        Resting(side).When(Trade(decimal.Parse(price), 5)).Then(fills ? ["Fill 100 @ 10"] : []);

    [Fact]
    public void A_bar_through_the_limit_fills_at_the_limit_and_one_that_touches_does_not() =>
        Resting(Side.Buy, TimeInForce.Gtc)
            .When(Bar(10.04m, 10.10m, 10.00m, 10.05m, 0, 5)).Then()
            .When(Bar(10.04m, 10.10m, 9.99m, 10.05m, 5, 10)).Then("Fill 100 @ 10");

    [Fact]
    public void A_bar_that_opens_better_fills_at_its_open()
    {
        Resting(Side.Buy).When(Bar(9.50m, 9.80m, 9.40m, 9.70m, 5, 10)).Then("Fill 100 @ 9.5");
        Resting(Side.Sell).When(Bar(10.503m, 10.80m, 10.40m, 10.70m, 5, 10)).Then("Fill 100 @ 10.5");
    }

    [Fact]
    public void Of_a_bar_that_began_before_the_order_only_the_close_counts() =>
        Resting(Side.Buy, settings: new PaperSettings(LatencyMs: 5))
            .When(Bar(9.50m, 10.10m, 9.40m, 10.05m, 4, 10)).Then()
            .When(Bar(10.05m, 10.10m, 9.90m, 9.95m, 4, 10)).Then("Fill 100 @ 10");

    [Fact]
    public void A_share_of_the_volume_is_filled() =>
        Resting(Side.Buy, settings: new PaperSettings(Participation: 0.25m)).When(Trade(9.99m, 5, size: 100m), Trade(9.99m, 6, size: 10_000m)).Then("PartialFill 25 @ 10", "Fill 75 @ 10");

    [Theory]
    [InlineData(TimeInForce.Ioc, "Cancelled: immediate or cancel: 10.06 is beyond the limit of 10")]
    [InlineData(TimeInForce.Fok, "Cancelled: fill or kill: 10.06 is beyond the limit of 10")]
    public void An_impatient_limit_out_of_reach_is_cancelled(TimeInForce tif, string outcome) =>
        Given(Terms(Side.Buy, 100m, limit: 10m, tif: tif)).Knowing(Quote(10.04m, 10.06m, 0)).Submitted().Then("Acknowledged", outcome);

    [Fact]
    public void An_impatient_limit_looks_at_a_bars_open_not_at_its_low() =>
        Given(Terms(Side.Buy, 100m, limit: 10m, tif: TimeInForce.Ioc), new PaperSettings(LatencyMs: 5)).Submitted()
            .When(Bar(10.05m, 10.10m, 9.90m, 9.95m, 5, 10)).Then("Cancelled: immediate or cancel: 10.05 is beyond the limit of 10");

    [Theory]
    [InlineData(TimeInForce.Ioc, "PartialFill 50 @ 10", "Cancelled: immediate or cancel: the market does not show enough")]
    [InlineData(TimeInForce.Fok, "Cancelled: fill or kill: the market does not show enough", null)]
    public void An_impatient_limit_within_reach_takes_what_its_kind_allows(TimeInForce tif, string first, string? second) =>
        Given(Terms(Side.Buy, 100m, limit: 10m, tif: tif), new PaperSettings(Participation: 0.5m)).Knowing(Quote(9.98m, 10m, 0, size: 100m)).Submitted()
            .Then(second is null ? ["Acknowledged", first] : ["Acknowledged", first, second]);

    [Fact]
    public void Slippage_stops_at_the_limit() =>
        Given(Terms(Side.Buy, 100m, limit: 10m), new PaperSettings(SlippageBps: 1_000m)).Knowing(Quote(9.98m, 10m, 0)).Submitted().Then("Acknowledged", "Fill 100 @ 10");
}
