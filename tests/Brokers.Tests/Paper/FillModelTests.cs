using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class FillModelTests
{
    [Fact]
    public void Now_takes_what_is_known() =>
        Given(Terms(Side.Buy, 100m)).Knowing(Quote(9.99m, 10.01m, 0)).Submitted().Then("Acknowledged", "Fill 100 @ 10.01");

    [Fact]
    public void The_next_quote_fills_and_nothing_before_it() =>
        Given(Terms(Side.Buy, 100m), new PaperSettings { Fill = FillModel.NextQuote }).Knowing(Quote(9.99m, 10.01m, 0)).Submitted().Then("Acknowledged")
            .When(Trade(9m, 1), Bar(9m, 9m, 9m, 9m, 1, 2)).Then()
            .When(Quote(10.03m, 10.05m, 3)).Then("Fill 100 @ 10.05");

    [Fact]
    public void The_next_open_is_of_a_bar_that_begins_behind_the_order() =>
        Given(Terms(Side.Sell, 100m), new PaperSettings { Fill = FillModel.NextOpen }).Knowing(Trade(10m, 0)).Submitted().Then("Acknowledged")
            .When(Bar(9m, 11m, 8m, 10m, -5, 5), Quote(10m, 10.02m, 6), Trade(10m, 7)).Then()
            .When(Bar(9.50m, 11m, 8m, 10.50m, 7, 17)).Then("Fill 100 @ 9.49");    // half the last quote's spread below the open

    [Fact]
    public void The_next_close_is_of_the_first_bar_that_ends_behind_the_order() =>
        Given(Terms(Side.Sell, 100m), new PaperSettings { Fill = FillModel.NextClose }).Submitted()
            .When(Trade(9m, 2)).Then()
            .When(Bar(9m, 11m, 8m, 10.50m, -5, 5)).Then("Fill 100 @ 10.5");

    [Fact]
    public void A_stop_that_is_set_off_inside_a_bar_fills_at_the_next_one() =>
        Given(Terms(Side.Sell, 100m, stop: 9.50m), new PaperSettings { Fill = FillModel.NextOpen }).Submitted()
            .When(Bar(10m, 10m, 9.40m, 9.80m, 1, 10)).Then()
            .When(Bar(9.70m, 9.90m, 9.60m, 9.80m, 10, 20)).Then("Fill 100 @ 9.7");

    [Fact]
    public void Fill_or_kill_is_judged_by_the_signal_that_the_model_means() =>
        Given(Terms(Side.Buy, 100m, tif: TimeInForce.Fok), new PaperSettings(Participation: 0.5m) { Fill = FillModel.NextQuote }).Knowing(Quote(10m, 10m, 0)).Submitted().Then("Acknowledged")
            .When(Trade(10m, 1)).Then()
            .When(Quote(10m, 10m, 2, size: 199m)).Then("Cancelled: fill or kill: the market does not show enough");

    [Fact]
    public void A_resting_limit_is_filled_by_what_trades_under_any_model() =>
        Given(Terms(Side.Buy, 100m, limit: 9.90m), new PaperSettings { Fill = FillModel.NextOpen }).Submitted()
            .When(Trade(9.89m, 1)).Then("Fill 100 @ 9.9");

    [Theory]
    [InlineData(4, 0, "Fill 100 @ 10.02")]          // four ticks of a cent: half of them is two cents
    [InlineData(0, 30, "Fill 100 @ 10.02")]         // 30 basis points of 10 are three cents, half of them is rounded up against us
    public void A_spread_is_assumed_where_no_quote_is_known(int ticks, int bps, string fill) =>
        Given(Terms(Side.Buy, 100m), new PaperSettings { SpreadTicks = ticks, SpreadBps = bps }).Knowing(Trade(10m, 0)).Submitted().Then("Acknowledged", fill);

    [Fact]
    public void A_known_quote_says_more_than_an_assumed_spread() =>
        Given(Terms(Side.Sell, 100m), new PaperSettings { SpreadTicks = 100m }).Submitted().Then("Acknowledged")
            .When(Quote(10.00m, 10.02m, 1)).Then("Fill 100 @ 10");
}
