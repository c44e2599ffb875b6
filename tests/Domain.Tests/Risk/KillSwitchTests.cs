using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class KillSwitchTests
{
    /// <summary>Long 100 SPY at 10, a resting buy of SPY at 5 and a resting sell at 50, both of Ada's.</summary>
    private static Scenario Desk(RiskLimits? limits = null, string venue = "paper") => Scenario.Given([
        .. Some.Desk(Some.Open(limits, cash: new() { ["USD"] = 10_000m }, venue: venue), Some.Ada, Some.Bob),
        .. Round(1, 10m, Some.Wants(Some.Ada, Side.Buy, 100m, 1)),
        .. Round(2, 10m, Some.AtLimit(Some.Ada, Side.Buy, 10m, 5m, 2)),
        .. Round(3, 10m, Some.AtLimit(Some.Ada, Side.Sell, 20m, 50m, 3))]);

    private static Input[] Round(int second, decimal price, params Input[] intents) =>
        [Some.Quote(Some.Spy, price, price, second, 0, end: false), Some.Quote(Some.Qqq, price, price, second, 1), .. intents, Some.Done(Some.Ada, second), Some.Done(Some.Bob, second)];

    private static string Try(Scenario desk, int second, string agent, Side side, decimal quantity, string instrument = Some.Spy)
    {
        desk.When(Round(second, 10m, Some.Wants(agent, side, quantity, second, instrument, id: $"try {second}")));
        return desk.AnswerTo($"try {second}").Outcome;
    }

    [Theory]
    [InlineData(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt, "blocked", "blocked", "blocked", "blocked")]
    [InlineData(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly, "blocked", "approved", "blocked", "blocked")]
    [InlineData(KillSwitchScope.Instrument, Some.Spy, KillSwitchMode.Halt, "blocked", "blocked", "blocked", "approved")]
    [InlineData(KillSwitchScope.Instrument, Some.Spy, KillSwitchMode.ReduceOnly, "blocked", "approved", "blocked", "approved")]
    [InlineData(KillSwitchScope.Agent, Some.Ada, KillSwitchMode.Halt, "blocked", "blocked", "approved", "blocked")]
    [InlineData(KillSwitchScope.Agent, Some.Ada, KillSwitchMode.ReduceOnly, "blocked", "approved", "approved", "blocked")]
    public void A_kill_switch_stops_what_it_covers_until_it_is_released(
        KillSwitchScope scope, string? target, KillSwitchMode mode, string buys, string reduces, string bobBuys, string otherInstrument)
    {
        var desk = Desk().When(Some.Command(new EngageKillSwitch(scope, target, mode)));
        Assert.Equal((scope, target, mode, "olivia"), (desk.Only<KillSwitchEngaged>().Scope, desk.Only<KillSwitchEngaged>().Target, desk.Only<KillSwitchEngaged>().Mode, desk.Only<KillSwitchEngaged>().Actor));

        Assert.Equal(buys, Try(desk, 4, Some.Ada, Side.Buy, 1m));
        Assert.Equal(reduces, Try(desk, 5, Some.Ada, Side.Sell, 10m));
        Assert.Equal(bobBuys, Try(desk, 6, Some.Bob, Side.Buy, 1m));
        Assert.Equal(otherInstrument, Try(desk, 7, Some.Ada, Side.Buy, 1m, Some.Qqq));

        desk.When(Some.Command(new ReleaseKillSwitch(scope, target))).Then("kill_switch_released");
        Assert.Equal("approved", Try(desk, 8, Some.Ada, Side.Buy, 1m));
    }

    [Fact]
    public void Reduce_only_keeps_open_orders_that_reduce_and_cancels_the_rest() =>
        Assert.Equal(["alpha-2"], Desk().When(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly)))
            .Then("kill_switch_engaged", "order_cancel_requested", "order_cancelled").Events.OfType<OrderCancelled>().Select(c => c.OrderId));

    [Fact]
    public void Halt_cancels_every_open_order_that_it_covers()
    {
        var desk = Desk().When(Some.Command(new EngageKillSwitch(KillSwitchScope.Agent, Some.Bob, KillSwitchMode.Halt))).Then("kill_switch_engaged");
        desk.When(Some.Command(new EngageKillSwitch(KillSwitchScope.Agent, Some.Ada, KillSwitchMode.Halt)))
            .Then("kill_switch_engaged", "order_cancel_requested", "order_cancelled", "order_cancel_requested", "order_cancelled");
        Assert.Equal((0m, 0m), (desk.State.Books[Some.Spy].OpenBuy, desk.State.Books[Some.Spy].OpenSell));
    }

    [Fact]
    public void A_kill_switch_says_which_command_engaged_it()
    {
        var desk = Desk();
        desk.Engine.Record.Clear();
        desk.Engine.Step(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt), "k1"), Scenario.Now);
        Assert.Equal("command:k1", desk.Engine.Record.Events[0].Cause.Input);
        Assert.Equal(("risk-alpha", 1L), (desk.Engine.Record.Events[1].Cause.Stream, desk.Engine.Record.Events[1].Cause.Version));
    }

    [Fact]
    public void At_a_broker_cancels_are_asked_for_and_wait_for_the_answer()
    {
        var desk = Desk(venue: "broker");
        var open = desk.State.Orders.Values.Count(o => o.Live);
        desk.When(Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt)));
        Assert.Equal((3, 3), (open, desk.Events.OfType<OrderCancelRequested>().Count()));
        Assert.All(desk.State.Orders.Values, o => Assert.Equal(OrderState.PendingCancel, o.State));
    }

    [Theory]
    [InlineData("9.01", false)]
    [InlineData("9.00", true)]
    public void The_daily_loss_trips_at_its_limit(string price, bool trips)
    {
        var desk = Desk(Some.Limits(dailyLoss: 100m)).When(Round(4, decimal.Parse(price)));
        Assert.Equal(trips, desk.Events.OfType<DailyLossLimitReached>().Any());
    }

    [Fact]
    public void The_daily_loss_trips_once_cancels_and_lets_only_reductions_pass()
    {
        var desk = Desk(Some.Limits(dailyLoss: 100m)).When(Round(4, 8.5m))
            .Then("daily_loss_limit_reached", "risk_violation_detected", "kill_switch_engaged", "order_cancel_requested", "order_cancelled");
        Assert.Equal((150m, 100m, "2026-11-20"), (desk.Only<DailyLossLimitReached>().Loss, desk.Only<DailyLossLimitReached>().Limit, desk.Only<DailyLossLimitReached>().Day));
        Assert.Equal((ViolationKind.Breach, "MAX_DAILY_LOSS"), (desk.Only<RiskViolationDetected>().Kind, desk.Only<RiskViolationDetected>().Rule));
        Assert.Equal((KillSwitchMode.ReduceOnly, "rule:MAX_DAILY_LOSS"), (desk.Only<KillSwitchEngaged>().Mode, desk.Only<KillSwitchEngaged>().Actor));

        desk.When(Round(5, 8m)).Then();
        Assert.Equal("blocked", Try(desk, 6, Some.Ada, Side.Buy, 1m));
        Assert.Equal("approved", Try(desk, 7, Some.Ada, Side.Sell, 10m));
    }

    [Fact]
    public void The_switch_of_the_daily_loss_outlasts_a_recovery_and_the_day_until_it_is_released()
    {
        var desk = Desk(Some.Limits(dailyLoss: 100m)).When([.. Round(4, 8.5m), .. Round(5, 12m)]);
        Assert.Equal("blocked", Try(desk, 6, Some.Ada, Side.Buy, 1m));
        Assert.Equal("blocked", Try(desk, 100_000, Some.Ada, Side.Buy, 1m));
        desk.When(Some.Command(new ReleaseKillSwitch(KillSwitchScope.Portfolio, null)));
        Assert.Equal("approved", Try(desk, 100_001, Some.Ada, Side.Buy, 1m));
    }

    [Fact]
    public void A_halt_does_not_become_weaker_when_the_daily_loss_trips()
    {
        var desk = Desk(Some.Limits(dailyLoss: 100m)).When([Some.Command(new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt)), .. Round(4, 8.5m)]);
        Assert.Equal("blocked", Try(desk, 5, Some.Ada, Side.Sell, 10m));
    }

    [Fact]
    public void Cash_that_is_paid_out_is_no_loss() =>
        Assert.Empty(Desk(Some.Limits(dailyLoss: 100m)).When([Some.Command(new MoveCash("USD", -500m)), .. Round(4, 10m)]).Events.OfType<DailyLossLimitReached>());

    [Fact]
    public void A_halted_portfolio_trades_nothing_until_it_resumes()
    {
        var desk = Desk().When(Some.Command(new HaltTrading())).Then("trading_halted");
        Assert.Equal("blocked", Try(desk, 4, Some.Ada, Side.Sell, 10m));
        desk.When(Some.Command(new ResumeTrading())).Then("trading_resumed");
        Assert.Equal("approved", Try(desk, 5, Some.Ada, Side.Sell, 10m));
    }

    [Fact]
    public void Days_open_with_the_equity_at_which_they_began()
    {
        var desk = Desk().When(Round(100_000, 11m));
        Assert.Equal(("2026-11-21", 10_000m), (desk.Only<TradingDayOpened>().Day, desk.Only<TradingDayOpened>().Equity));
        Assert.Equal(100m, desk.State.ProfitToday());
    }
}
