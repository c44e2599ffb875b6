using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class MarketOrderTests
{
    [Theory]
    [InlineData(Side.Buy, "Fill 100 @ 10.02")]
    [InlineData(Side.Sell, "Fill 100 @ 10")]
    public void It_pays_the_far_side_of_the_quote_at_once(Side side, string fill)
    {
        var desk = Given(Terms(side, 100m)).Knowing(Quote(10m, 10.02m, -5)).Submitted().Then("Acknowledged", fill);
        Assert.Equal(["paper-o1", "o1-1"], desk.Reports.Select(r => r.ExecutionId));
    }

    [Fact]
    public void Without_a_quote_it_pays_the_last_price() => Given(Terms(Side.Buy, 100m)).Knowing(Trade(10.01m, -5)).Submitted().Then("Acknowledged", "Fill 100 @ 10.01");

    [Theory]
    [InlineData(TimeInForce.Day)]
    [InlineData(TimeInForce.Gtc)]
    [InlineData(TimeInForce.Ioc)]
    [InlineData(TimeInForce.Fok)]
    public void Without_any_price_it_waits_for_the_first(TimeInForce tif) =>
        Given(Terms(Side.Buy, 100m, tif: tif)).Submitted().Then("Acknowledged").When(Quote(10m, 10.02m, 0)).Then("Fill 100 @ 10.02");

    [Fact]
    public void With_latency_it_trades_against_what_comes_at_that_time_or_later() =>
        Given(Terms(Side.Buy, 100m), new PaperSettings(LatencyMs: 20)).Knowing(Quote(10m, 10.02m, 0)).Submitted().Then("Acknowledged")
            .When(Quote(10m, 10.03m, 19)).Then()
            .When(Quote(10m, 10.05m, 20)).Then("Fill 100 @ 10.05");

    [Fact]
    public void A_bar_that_began_in_time_gives_its_open_and_half_of_the_last_spread() =>
        Given(Terms(Side.Buy, 100m), new PaperSettings(LatencyMs: 20)).Knowing(Quote(10m, 10.06m, 0)).Submitted()
            .When(Bar(10.10m, 10.50m, 10.05m, 10.40m, 20, 80)).Then("Fill 100 @ 10.13");

    [Fact]
    public void A_bar_that_began_before_gives_its_close() =>
        Given(Terms(Side.Sell, 100m), new PaperSettings(LatencyMs: 20)).Knowing(Quote(10m, 10.06m, 0)).Submitted()
            .When(Bar(10.10m, 10.50m, 10.05m, 10.40m, 19, 80)).Then("Fill 100 @ 10.37");

    [Fact]
    public void A_trade_gives_its_price_and_half_of_the_last_spread() =>
        Given(Terms(Side.Sell, 100m), new PaperSettings(LatencyMs: 1)).Knowing(Quote(10m, 10.03m, 0)).Submitted().When(Trade(10m, 1)).Then("Fill 100 @ 9.98");

    [Fact]
    public void Only_a_share_of_what_is_shown_is_filled_and_the_rest_goes_on() =>
        Given(Terms(Side.Buy, 100m), new PaperSettings(Participation: 0.1m)).Knowing(Quote(10m, 10.02m, 0, size: 305m)).Submitted().Then("Acknowledged", "PartialFill 30 @ 10.02")
            .When(Quote(10m, 10.04m, 10, size: 9m)).Then()
            .When(Quote(10m, 10.05m, 20, size: 400m)).Then("PartialFill 40 @ 10.05")
            .When(Bar(11m, 12m, 10m, 11.5m, 30, 40, volume: 5_000m)).Then("Fill 30 @ 11.03");

    [Fact]
    public void With_participation_a_last_price_without_size_is_not_enough() =>
        Given(Terms(Side.Buy, 10m), new PaperSettings(Participation: 0.1m)).Knowing(Trade(10m, -1)).Submitted().Then("Acknowledged")
            .When(Trade(10m, 1, size: 100m)).Then("Fill 10 @ 10");

    [Fact]
    public void Immediate_or_cancel_takes_what_is_there_and_cancels_the_rest() =>
        Given(Terms(Side.Buy, 100m, tif: TimeInForce.Ioc), new PaperSettings(Participation: 0.1m)).Knowing(Quote(10m, 10.02m, 0, size: 400m)).Submitted()
            .Then("Acknowledged", "PartialFill 40 @ 10.02", "Cancelled: immediate or cancel: the market does not show enough");

    [Theory]
    [InlineData(999, "Cancelled: fill or kill: the market does not show enough")]
    [InlineData(1000, "Fill 100 @ 10.02")]
    public void Fill_or_kill_takes_all_or_nothing(int size, string outcome) =>
        Given(Terms(Side.Buy, 100m, tif: TimeInForce.Fok), new PaperSettings(Participation: 0.1m)).Knowing(Quote(10m, 10.02m, 0, size: size)).Submitted().Then("Acknowledged", outcome);

    [Fact]
    public void With_latency_immediate_means_the_first_data_after_it() =>
        Given(Terms(Side.Buy, 100m, tif: TimeInForce.Ioc), new PaperSettings(LatencyMs: 5, Participation: 0.1m)).Knowing(Quote(10m, 10.02m, 0)).Submitted().Then("Acknowledged")
            .When(Quote(10m, 10.02m, 4), Quote(10m, 10.03m, 6, size: 500m)).Then("PartialFill 50 @ 10.03", "Cancelled: immediate or cancel: the market does not show enough");

    [Fact]
    public void Prices_off_the_grid_are_rounded_against_us()
    {
        Given(Terms(Side.Buy, 1m)).Knowing(Trade(10.0101m, 0)).Submitted().Then("Acknowledged", "Fill 1 @ 10.02");
        Given(Terms(Side.Sell, 1m)).Knowing(Trade(10.0199m, 0)).Submitted().Then("Acknowledged", "Fill 1 @ 10.01");
    }

    [Fact]
    public void An_order_that_makes_no_sense_is_rejected() => Given(Terms(Side.Buy, 0m)).Submitted().Then("Rejected: quantity 0 must be above zero");

    [Fact]
    public void A_limit_off_the_grid_is_rejected() =>
        Given(Terms(Side.Buy, 1m, limit: 10.005m)).Submitted().Then("Rejected: limitPrice 10.005 must be a multiple of the tick size 0.01");
}
