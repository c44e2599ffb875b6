using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Domain.Tests.Brokers;

/// <summary>A broker as the venue: closed until the books agree; what came about outside is nobody's among the agents.</summary>
public sealed class VenueTests
{
    [Fact]
    public void A_portfolio_at_a_broker_opens_closed_and_blocks_every_order()
    {
        var desk = Scenario.Given([Some.Open(venue: "broker"), Some.Load(Some.Ada), Some.Quote(Some.Spy, 10m, 10.02m, 1), Some.Wants(Some.Ada, Side.Buy, 5m, 1), Some.Done(Some.Ada, 1)]);
        Assert.Equal("its book has not been compared with ours yet", desk.Only<VenueClosed>().Reason);
        Assert.Contains("VENUE_OPEN", desk.Only<OrderBlocked>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_told_again_is_not_put_on_record_again_but_another_reason_is()
    {
        var desk = Scenario.Given([
            .. Some.Desk(Some.Open(venue: "broker"), Some.Ada), new VenueInput(true, "the books agree", Some.Time(2)),
            new VenueInput(false, "no answer", Some.Time(3)), new VenueInput(false, "no answer", Some.Time(4)), new VenueInput(false, "cash differs", Some.Time(5))]);
        Assert.Single(desk.Log.OfType<VenueOpened>());
        Assert.Equal(["its book has not been compared with ours yet", "no answer", "cash differs"], desk.Log.OfType<VenueClosed>().Select(e => e.Reason));
    }

    /// <summary>What a broker of few words takes.</summary>
    internal static readonly BrokerCapabilities Narrow = new([OrderType.Market], [TimeInForce.Day], 1m, Shorting: true, ExtendedHours: false, Replaces: false, 48, ThroughZero: false);

    [Theory]
    [InlineData(3, 10, 3, "cut from 10 to 3")]
    [InlineData(10, 10, 10, null)]
    [InlineData(-3, 10, 10, null)]
    public void Where_one_order_cannot_carry_a_position_through_zero_a_vote_only_closes_it(int held, int wanted, int sold, string? said)
    {
        var desk = Scenario.Given([
            .. Some.Desk(Some.Open(venue: "broker"), Some.Ada, Some.Bob), .. Opened(Narrow), Some.Command(new AdoptHolding(Some.Spy, held, 10m, 0m, "x"), "h"),
            Some.Quote(Some.Spy, 10m, 10.02m, 3), Some.Wants(Some.Ada, Side.Sell, wanted, 3), Some.Wants(Some.Bob, Side.Sell, wanted, 3), Some.Done(Some.Ada, 3), Some.Done(Some.Bob, 3)]);
        var order = desk.Only<OrderApproved>();
        Assert.Equal((Side.Sell, (decimal)sold), (order.Terms.Side, order.Terms.Quantity));
        Assert.Equal(sold, order.Allocation.Sum(a => a.Quantity));
        if (said is not null) Assert.Contains(said, desk.Only<DecisionMade>().Reason.ToString(), StringComparison.Ordinal);
        else Assert.DoesNotContain("cut from", desk.Only<DecisionMade>().Reason.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_closes_the_position_already_is_not_sent_twice()
    {
        var desk = Scenario.Given([
            .. Some.Desk(Some.Open(venue: "broker"), Some.Ada), .. Opened(Narrow), Some.Command(new AdoptHolding(Some.Spy, 3m, 10m, 0m, "x"), "h"),
            Some.Quote(Some.Spy, 10m, 10.02m, 3), Some.Wants(Some.Ada, Side.Sell, 5m, 3), Some.Done(Some.Ada, 3),
            Some.Quote(Some.Spy, 10m, 10.02m, 4), Some.Wants(Some.Ada, Side.Sell, 5m, 4), Some.Done(Some.Ada, 4)]);
        Assert.Equal(3m, desk.Only<OrderApproved>().Terms.Quantity);
        Assert.Equal(DecisionAction.Hold, desk.Log.OfType<DecisionMade>().Last().Action);
    }

    [Theory]
    [InlineData(OrderType.Limit, TimeInForce.Day, "orderType Limit must be one of Market")]
    [InlineData(OrderType.Market, TimeInForce.Gtc, "timeInForce Gtc must be one of Day")]
    public void What_the_broker_does_not_take_is_blocked_with_its_reason(OrderType type, TimeInForce tif, string reason)
    {
        var intent = Some.Intent(Some.Ada, Side.Buy, 5m, 3) with { OrderType = type, LimitPrice = type == OrderType.Limit ? 10m : null, TimeInForce = tif };
        var desk = Scenario.Given([.. Some.Desk(Some.Open(venue: "broker"), Some.Ada), .. Opened(Narrow), Some.Quote(Some.Spy, 10m, 10.02m, 3), Some.Send(intent), Some.Done(Some.Ada, 3)]);
        Assert.Contains(reason, desk.Only<OrderBlocked>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_keeps_what_the_broker_takes()
    {
        var state = Scenario.Given([.. Some.Desk(Some.Open(venue: "broker"), Some.Ada), .. Opened(Narrow)]).State;
        var again = StateSnapshot.FromJson(StateSnapshot.Of(state).ToJson()).Restore();
        Assert.Equal(48, again.Capabilities!.MaxOrderIdLength);
        Assert.Equal([OrderType.Market], again.Capabilities.OrderTypes);
        Assert.False(again.Capabilities.ThroughZero);
    }

    /// <summary>The desk of tests is open already, and what is told again is not on record: so it closes between.</summary>
    private static VenueInput[] Opened(BrokerCapabilities can) => [new(false, "a pause", Some.Time(1)), new(true, "the books agree", Some.Time(2), can)];

    [Fact]
    public void A_simulated_venue_is_always_open()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada), new VenueInput(false, "no answer", Some.Time(0)), Some.Quote(Some.Spy, 10m, 10.02m, 1), Some.Wants(Some.Ada, Side.Buy, 5m, 1), Some.Done(Some.Ada, 1)]);
        Assert.Empty(desk.Log.OfType<VenueClosed>());
        Assert.Single(desk.Log.OfType<OrderFilled>());
    }

    [Fact]
    public void An_adopted_holding_moves_position_and_cash_and_belongs_to_no_agent()
    {
        var desk = Scenario.Given([
            .. Some.Desk(Some.Open(venue: "broker", cash: new() { ["USD"] = 1_000m }), Some.Ada), Some.Quote(Some.Spy, 10m, 10m, 1), Some.Done(Some.Ada, 1),
            Some.Command(new AdoptHolding(Some.Spy, 7m, 9m, 0.5m, "x-1"), "a1"), Some.Command(new AdoptHolding(Some.Spy, -2m, 11m, 0m, "x-2"), "a2")]);
        var adopted = desk.Log.OfType<HoldingAdopted>().ToList();
        Assert.Equal([("x-1", 7m, 63m), ("x-2", 5m, 45m)], adopted.Select(a => (a.Origin, a.Holding.PositionAfter, a.Holding.CostAfter)));
        Assert.Equal(4m, adopted[1].Holding.Realised);
        Assert.All(adopted, a => Assert.Equal(HoldingAdopted.External, Assert.Single(a.Holding.Shares).Agent));
        // 1000 − 63 − 0.50 + 22
        Assert.Equal(958.5m, desk.State.Currencies["USD"].Cash);
        Assert.Equal(5m, desk.State.Books[Some.Spy].Position.Quantity);
        Assert.Equal(5m, desk.State.AgentPositions[(HoldingAdopted.External, Some.Spy)].Quantity);
        Assert.Equal(958.5m + 50m, desk.State.Equity());
    }

    [Fact]
    public void Resolving_a_break_takes_two_persons_and_a_broker()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(venue: "broker"), Some.Ada)]);
        var resolve = new ResolveBreak("main:Position:SPY", BreakResolution.Adopt);
        Assert.Equal("SECOND_PERSON_NEEDED", desk.When(Some.Command(resolve, "one", approver: null)).AnswerTo("one").Code);
        Assert.Equal("BREAK_ID_MISSING", desk.When(Some.Command(resolve with { BreakId = "" }, "none")).AnswerTo("none").Code);
        desk.When(Some.Command(resolve, "two"));
        Assert.Equal(("main:Position:SPY", BreakResolution.Adopt, "olivia"), desk.Log.OfType<BreakResolutionOrdered>().Select(o => (o.BreakId, o.How, o.Actor)).Single());
        Assert.Equal("NO_BROKER", Scenario.Given(Some.Open()).When(Some.Command(resolve, "paper")).AnswerTo("paper").Code);
    }

    [Theory]
    [InlineData("QQQ.NONE", 1, 1, "x", "UNKNOWN_INSTRUMENT")]
    [InlineData(Some.Spy, 0, 1, "x", "BAD_QUANTITY")]
    [InlineData(Some.Spy, 1, -1, "x", "BAD_PRICE")]
    [InlineData(Some.Spy, 1, 1, "", "ORIGIN_MISSING")]
    public void What_cannot_be_adopted_is_refused(string instrument, int quantity, int price, string origin, string code)
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(venue: "broker"), Some.Ada), Some.Command(new AdoptHolding(instrument, quantity, price, 0m, origin), "a")]);
        Assert.Empty(desk.Log.OfType<HoldingAdopted>());
        Assert.Contains(desk.Log.OfType<Domain.Control.CommandAnswered>(), a => a.Code == code);
    }
}
