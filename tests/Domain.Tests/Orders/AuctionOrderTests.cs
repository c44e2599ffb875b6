using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Domain.Tests.Orders;

/// <summary>Hours are 14:35 to 14:40 UTC where there are any: 300 to 600 in seconds of the tests.</summary>
public sealed class AuctionOrderTests
{
    private const int Opens = 300, Closes = 600, NextDay = 86_400, Midnight = 34_200;
    private static readonly SessionHours Hours = new(new(14, 35), new(14, 40));

    /// <summary>Ada buys ten in an auction, as of that second.</summary>
    private static Scenario Desk(TimeInForce force, int second, bool hours = true, TradingCalendar? calendar = null) =>
        Scenario.Given(Some.Desk(Some.Open(limits: RiskLimits.None with { DefaultSession = hours ? Hours : null, Calendar = calendar }), Some.Ada))
            .When(Some.Trade(Some.Spy, 10m, second), Some.Send(Some.Intent(Some.Ada, Side.Buy, 10m, second) with { TimeInForce = force }), Some.Done(Some.Ada, second))
            .Then("intent_received", "trading_day_opened", "decision_made", "order_approved", "order_submitted", "order_acknowledged");

    private static decimal? Bought(Scenario desk, decimal price, int second)
    {
        desk.When(Some.Trade(Some.Spy, price, second), Some.Done(Some.Ada, second));
        return desk.Events.OfType<OrderFilled>().SingleOrDefault()?.Execution.Price;
    }

    [Theory]
    [InlineData(1, Opens)]
    [InlineData(Opens, NextDay + Opens)]        // the session has begun
    [InlineData(Closes, NextDay + Opens)]
    public void At_the_opening_of_the_session_that_comes_next(int entered, int opening)
    {
        var desk = Desk(TimeInForce.AtTheOpening, entered);
        Assert.Null(Bought(desk, 11m, opening - 1));
        Assert.Equal(12m, Bought(desk, 12m, opening));
    }

    [Theory]
    [InlineData(1, Closes)]
    [InlineData(Closes - 1, Closes)]
    [InlineData(Closes, NextDay + Closes)]      // too late for today
    public void At_the_close_of_the_session_that_ends_next_with_its_last_print(int entered, int close)
    {
        var desk = Desk(TimeInForce.AtTheClose, entered);
        if (entered < close - 1) Assert.Null(Bought(desk, 11m, close - 1));
        Assert.Equal(entered < close - 1 ? 11m : 10m, Bought(desk, 12m, close + 5));
    }

    [Fact]
    public void Without_hours_the_next_trading_day_opens_and_closes_it()
    {
        var desk = Desk(TimeInForce.AtTheOpening, 1, hours: false);
        Assert.Null(Bought(desk, 11m, Midnight - 1));
        Assert.Equal(12m, Bought(desk, 12m, NextDay));

        desk = Desk(TimeInForce.AtTheClose, 1, hours: false);
        Assert.Null(Bought(desk, 11m, Midnight - 1));
        Assert.Equal(11m, Bought(desk, 12m, NextDay));
        desk.Then("order_filled", "trading_day_opened");
    }

    [Fact]
    public void Another_instruments_signal_ends_the_day_too_and_a_bar_that_ends_with_it_is_waited_for()
    {
        var desk = Desk(TimeInForce.AtTheClose, 1, hours: false).When(Some.Trade(Some.Qqq, 50m, NextDay, 1), Some.Done(Some.Ada, NextDay));
        Assert.Equal(10m, desk.Then("order_filled", "trading_day_opened").Only<OrderFilled>().Execution.Price);

        var bar = new Signal
        {
            Kind = SignalKind.Bar, Instrument = Some.Spy, Start = Some.Time(Midnight - 60), Time = Some.Time(Midnight), Feed = "sim", Sequence = (Midnight * 10) + 3, SliceEnd = true,
            Open = 10m, High = 10.6m, Low = 10m, Price = 10.5m, Size = 100m,
        };
        desk = Desk(TimeInForce.AtTheClose, 1, hours: false).When(Some.Trade(Some.Qqq, 50m, Midnight, 1, end: false), new SignalInput(bar), Some.Done(Some.Ada, Midnight));
        Assert.Equal(10.5m, desk.Only<OrderFilled>().Execution.Price);
    }

    [Fact]
    public void An_early_close_ends_the_session()
    {
        var calendar = new TradingCalendar(EarlyCloses: [new(new(2026, 11, 20), new(14, 37))]);
        var desk = Desk(TimeInForce.AtTheClose, 1, calendar: calendar);
        Assert.Null(Bought(desk, 11m, Opens + 119));
        Assert.Equal(11m, Bought(desk, 12m, Opens + 120));
    }

    [Fact]
    public void A_dividend_of_the_next_day_finds_what_was_bought_at_the_close()
    {
        var dividend = new Signal { Kind = SignalKind.Dividend, Instrument = Some.Spy, Time = Some.Time(NextDay), Feed = "sim", Sequence = NextDay * 10, SliceEnd = true, CashPerShare = 1m };
        var desk = Desk(TimeInForce.AtTheClose, 1).When(new SignalInput(dividend), Some.Done(Some.Ada, NextDay)).Then("order_filled", "trading_day_opened", "dividend_paid");
        Assert.Equal(10m, desk.Only<DividendPaid>().Holding.Realised);
    }

    [Theory]
    [InlineData(TimeInForce.AtTheOpening)]
    [InlineData(TimeInForce.AtTheClose)]
    public void It_waits_over_a_restart(TimeInForce force)
    {
        foreach (var how in (string[])["snapshot", "log"])
        {
            var desk = Desk(force, 1);
            if (how == "snapshot") desk.RestartFromSnapshot();
            else desk.RestartFromLog();
            Assert.Equal(force == TimeInForce.AtTheOpening ? Some.Time(Opens) : Some.Time(Closes), Assert.Single(desk.State.Orders.Values).AuctionAt);
            Assert.Equal(force == TimeInForce.AtTheOpening ? 11m : 10m, Bought(desk, 11m, Closes));
        }
    }

    [Fact]
    public void An_order_for_an_auction_may_come_while_the_venue_is_closed_and_another_may_not()
    {
        Desk(TimeInForce.AtTheOpening, 1);
        var desk = Scenario.Given(
        [
            .. Some.Desk(Some.Open(limits: RiskLimits.None with { DefaultSession = Hours }), Some.Ada), Some.Trade(Some.Spy, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1),
        ]);
        Assert.Contains("SESSION_HOURS", desk.Only<OrderBlocked>().Reason, StringComparison.Ordinal);
    }
}
