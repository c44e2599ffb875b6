using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

/// <summary>Every auction here is at ten milliseconds.</summary>
public sealed class AuctionTests
{
    private const TimeInForce Opening = TimeInForce.AtTheOpening, Close = TimeInForce.AtTheClose;

    private static PaperDesk Waiting(TimeInForce force, decimal? limit = null, PaperSettings? settings = null, Side side = Side.Buy)
    {
        var desk = Given(Terms(side, 100m, limit, tif: force), settings).Knowing(Quote(9.98m, 10m, 0), Trade(9.99m, 0));
        desk.Order.AuctionAt = Ms(10);
        return desk.Submitted().Then("Acknowledged");
    }

    [Fact]
    public void At_the_opening_it_takes_the_first_print_and_nothing_before_it() =>
        Waiting(Opening).When(Trade(10.1m, 9), Quote(10.1m, 10.2m, 9), Bar(10m, 10m, 10m, 10m, 8, 10), Quote(10.2m, 10.3m, 11)).Then().When(Trade(10.25m, 12)).Then("Fill 100 @ 10.25");

    [Fact]
    public void A_bar_that_begins_with_the_session_gives_its_open_and_one_that_began_before_it_its_close()
    {
        Waiting(Opening).When(Bar(10.1m, 10.5m, 10m, 10.4m, 10, 20)).Then("Fill 100 @ 10.1");
        Waiting(Opening).When(Bar(10.1m, 10.5m, 10m, 10.4m, 9, 20)).Then("Fill 100 @ 10.4");
    }

    [Fact]
    public void Where_nothing_was_ever_printed_the_first_quote_opens()
    {
        var desk = Given(Terms(Side.Sell, 100m, tif: Opening)).Knowing(Quote(9.98m, 10m, 0));
        desk.Order.AuctionAt = Ms(10);
        desk.Submitted().When(Quote(9.9m, 10m, 9)).Then().When(Quote(9.95m, 10m, 10)).Then("Fill 100 @ 9.95");
    }

    [Fact]
    public void At_the_close_it_takes_the_close_of_a_bar_that_ends_then() => Waiting(Close).When(Trade(10.1m, 5), Bar(10.1m, 10.6m, 10m, 10.5m, 5, 10)).Then("Fill 100 @ 10.5");

    [Theory]
    [InlineData("trade")]
    [InlineData("quote")]
    [InlineData("bar")]
    [InlineData("bar across")]
    public void A_later_price_never_decides_the_close(string later) => Waiting(Close).When(Trade(10.1m, 9)).Then().When(later switch
    {
        "trade" => Trade(11m, 10),
        "quote" => Quote(11m, 11.1m, 12),
        "bar" => Bar(11m, 11m, 11m, 11m, 10, 20),
        _ => Bar(10.1m, 11m, 10m, 11m, 9, 20),
    }).Then("Fill 100 @ 10.1");

    [Fact]
    public void The_close_of_an_instrument_without_prints_is_the_far_side_of_its_last_quote()
    {
        var desk = Given(Terms(Side.Buy, 100m, tif: Close)).Knowing(Quote(9.98m, 10m, 0));
        desk.Order.AuctionAt = Ms(10);
        desk.Submitted().When(Quote(9.9m, 9.95m, 9)).Then().When(Trade(12m, 11)).Then("Fill 100 @ 9.95");
    }

    [Fact]
    public void A_session_without_a_price_cancels_and_never_takes_a_later_one()
    {
        var desk = Given(Terms(Side.Buy, 100m, tif: Close));
        desk.Order.AuctionAt = Ms(10);
        desk.Submitted().When(Trade(12m, 11)).Then("Cancelled: the auction found no price");
    }

    [Theory]
    [InlineData(Opening, Side.Buy, "10.1", "Fill 100 @ 10.1")]
    [InlineData(Opening, Side.Buy, "10.09", "Cancelled: the auction was at 10.1, beyond the limit of 10.09")]
    [InlineData(Close, Side.Sell, "10.1", "Fill 100 @ 10.1")]
    [InlineData(Close, Side.Sell, "10.11", "Cancelled: the auction was at 10.1, beyond the limit of 10.11")]
    public void A_limit_is_kept(TimeInForce force, Side side, string limit, string outcome) =>
        Waiting(force, decimal.Parse(limit), side: side).When(force == Opening ? Trade(10.1m, 11) : Bar(10.1m, 10.1m, 10.1m, 10.1m, 5, 10)).Then(outcome);

    [Fact]
    public void There_is_no_spread_and_no_slippage_but_there_are_fees_and_impact()
    {
        var costs = new PaperSettings(SlippageBps: 500m, FeePerShare: 0.01m) { SpreadTicks = 10m };
        Waiting(Opening, settings: costs).When(Trade(10.1m, 11)).Then("Fill 100 @ 10.1 fee 1");
        Waiting(Close, settings: costs).When(Bar(10.1m, 10.2m, 10m, 10.1m, 5, 10)).Then("Fill 100 @ 10.1 fee 1");
        // 1 × 2 % × √(100 / 10,000) of 10 is 0.02.
        var impact = new PaperSettings { Impact = 1m, DailyVolatility = PerInstrument.Zero.With(null, 0.02m), DailyVolume = PerInstrument.Zero.With(null, 10_000m) };
        Waiting(Opening, settings: impact).When(Trade(10m, 11)).Then("Fill 100 @ 10.02");
        Waiting(Opening, limit: 10.01m, settings: impact).When(Trade(10m, 11)).Then("Fill 100 @ 10.01");
    }

    [Theory]
    [InlineData(Opening)]
    [InlineData(Close)]
    public void With_participation_it_takes_its_share_and_the_rest_is_cancelled(TimeInForce force)
    {
        var settings = new PaperSettings(Participation: 0.1m);
        var desk = Waiting(force, settings: settings);
        desk.When(force == Opening ? [Trade(10.1m, 11, size: 300m)] : [Trade(10.1m, 9, size: 300m), Trade(11m, 11)])
            .Then("PartialFill 30 @ 10.1", "Cancelled: the auction does not show enough");
    }

    [Theory]
    [InlineData(null, "9", OrderType.Stop)]
    [InlineData("9", "9", OrderType.StopLimit)]
    public void Stops_take_no_part_in_auctions(string? limit, string stop, OrderType type)
    {
        var terms = Terms(Side.Buy, 100m, limit is null ? null : decimal.Parse(limit), decimal.Parse(stop), Opening);
        Assert.Equal(type, terms.OrderType);
        Given(terms).Submitted().Then($"Rejected: timeInForce AtTheOpening is for market and limit orders, not for {type}");
    }
}
