using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Domain.Tests.Orders;

public sealed class TrailingStopTests
{
    /// <summary>Ada sells ten behind a trail of half a dollar; the bid has been at 10 and at 11.</summary>
    private static Scenario Desk() => Scenario.Given(
    [
        .. Some.Desk(Some.Open(), Some.Ada), Some.Quote(Some.Spy, 10m, 10.02m, 1),
        Some.Send(Some.Intent(Some.Ada, Side.Sell, 10m, 1) with { OrderType = OrderType.TrailingStop, Trail = new Trail(0.5m), TimeInForce = TimeInForce.Gtc }), Some.Done(Some.Ada, 1),
        Some.Quote(Some.Spy, 11m, 11.02m, 2), Some.Done(Some.Ada, 2),
    ]);

    [Theory]
    [InlineData("live")]
    [InlineData("snapshot")]
    [InlineData("log")]
    public void The_stop_is_where_it_was_after_a_restart(string how)
    {
        var desk = Desk();
        if (how == "snapshot") desk.RestartFromSnapshot();
        if (how == "log") desk.RestartFromLog();
        Assert.Equal(10.5m, Assert.Single(desk.State.Orders.Values).StopAt);
        Assert.Equal(10.49m, desk.When(Some.Quote(Some.Spy, 10.49m, 10.5m, 3), Some.Done(Some.Ada, 3)).Then("order_filled").Only<OrderFilled>().Execution.Price);
    }

    [Fact]
    public void Decision_and_order_carry_the_leading_votes_trail()
    {
        var log = Desk().Log.ToArray();
        Assert.Equal(new Trail(0.5m), Assert.Single(log.OfType<DecisionMade>()).Trail);
        Assert.Equal(new Trail(0.5m), Assert.Single(log.OfType<OrderApproved>()).Terms.Trail);
    }

    [Fact]
    public void A_split_cancels_it_and_a_dividend_leaves_it_where_it_is()
    {
        var dividend = new Signal { Kind = SignalKind.Dividend, Instrument = Some.Spy, Time = Some.Time(3), Feed = "sim", Sequence = 31, SliceEnd = true, CashPerShare = 0.1m };
        var desk = Desk().When(new SignalInput(dividend), Some.Done(Some.Ada, 3));
        Assert.Equal(10.5m, Assert.Single(desk.State.Orders.Values).StopAt);
        var split = new Signal { Kind = SignalKind.Split, Instrument = Some.Spy, Time = Some.Time(4), Feed = "sim", Sequence = 41, SliceEnd = true, NewShares = 2m, OldShares = 1m };
        desk.When(new SignalInput(split), Some.Done(Some.Ada, 4)).Then("order_cancel_requested", "order_cancelled");
    }
}
