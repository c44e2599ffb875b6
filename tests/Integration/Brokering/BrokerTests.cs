using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.EventStore;
using Execution = EventSourcedTrading.BrokerFakes.Venues.Execution;
using Side = EventSourcedTrading.BrokerFakes.Venues.Side;
using Ticket = EventSourcedTrading.BrokerFakes.Venues.Ticket;

namespace EventSourcedTrading.Integration.Brokering;

public sealed class BrokerTests
{
    [Fact]
    public async Task An_order_goes_to_the_broker_once_is_filled_there_and_the_books_agree()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        Assert.Equal("approved", (await desk.BuyAsync()).Outcome);
        var filled = await desk.UntilAsync<OrderFilled>();
        Assert.Equal((10m, 100m), (filled.Execution.Quantity, filled.Execution.Price));
        var order = Assert.Single(desk.Fake.Venue.Orders);
        Assert.Equal((await desk.LogAsync<OrderAcknowledged>()).Single().BrokerOrderId, order.Id);
        Assert.Equal(desk.Fake.Venue.Executions.Count, (await desk.LogAsync<OrderFilled>()).Count);
        Assert.Empty(await desk.LogAsync<OrderAnomalyNoted>());
        Assert.Empty(await desk.LogAsync<BreakFound>());
    }

    [Fact]
    public async Task Before_the_books_were_compared_no_order_goes_out()
    {
        await using var desk = await BrokerDesk.OpenAsync(start: false);
        var told = await desk.BuyAsync();
        Assert.Equal("blocked", told.Outcome);
        Assert.Contains("VENUE_OPEN", (await desk.LastAsync<OrderBlocked>())!.Reason, StringComparison.Ordinal);
        Assert.Empty(desk.Fake.Venue.Orders);
    }

    [Fact]
    public async Task An_answer_that_was_lost_leaves_the_order_in_doubt_until_the_broker_says_that_it_has_it()
    {
        await using var desk = await BrokerDesk.OpenAsync("dropResponse submit 1");
        // One that rests: the stream could tell of a fill before the answer is missed, and then there is no doubt.
        await desk.BuyAsync(limit: 90m);
        await desk.UntilAsync<OrderInDoubt>();
        await Eventually.TrueAsync(async () => (await desk.World.LogAsync("order_in_doubt", "order_acknowledged")).Last().Type == "order_acknowledged", "the doubt is over");
        desk.Fake.Venue.SetPrice("SPY", 89m);
        await desk.UntilAsync<OrderFilled>();
        Assert.Single(desk.Fake.Venue.Orders);
        Assert.Single(await desk.LogAsync<OrderFilled>());
        Assert.Empty(await desk.LogAsync<OrderAnomalyNoted>());
    }

    [Fact]
    public async Task What_was_filled_while_nobody_listened_is_booked_when_the_books_are_compared()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        await desk.BuyAsync(limit: 90m);
        await desk.UntilAsync<OrderAcknowledged>();
        await desk.Broker.DisposeAsync();
        desk.Fake.Venue.SetPrice("SPY", 89m);
        Assert.Single(desk.Fake.Venue.Executions);
        await desk.StartBrokerAsync();
        var filled = await desk.UntilAsync<OrderFilled>();
        Assert.Equal(89m, filled.Execution.Price);
        Assert.Single(await desk.LogAsync<OrderFilled>());
    }

    [Fact]
    public async Task A_cancelled_order_is_cancelled_there_too()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        var order = (await desk.BuyAsync(limit: 90m)).OrderId!;
        await desk.UntilAsync<OrderAcknowledged>();
        await desk.World.Outside.CancelAsync(order);
        await desk.UntilAsync<OrderCancelled>();
        Assert.Single(desk.Fake.Venue.Orders);
        Assert.Empty(desk.Fake.Venue.Open(null));
    }

    [Fact]
    public async Task A_session_at_a_broker_replays_without_a_differing_event()
    {
        await using var desk = await BrokerDesk.OpenAsync("dropResponse submit 2");
        await desk.BuyAsync();
        await desk.UntilAsync<OrderFilled>();
        await desk.BuyAsync("4", limit: 90m);
        await desk.UntilAsync<OrderInDoubt>();
        desk.Fake.Venue.SetPrice("SPY", 89m);
        await desk.UntilAsync<OrderFilled>(filled => filled.Execution.PositionAfter == 14m);
        // One order through zero is not for this broker: the vote closes the position, and no more.
        await desk.BuyAsync("20", "sell");
        Assert.Equal(0m, (await desk.UntilAsync<OrderFilled>(filled => filled.Execution.Side == Domain.Orders.Side.Sell)).Execution.PositionAfter);
        Assert.Contains("cut from 20 to 14", (await desk.LastAsync<DecisionMade>())!.Reason.ToString(), StringComparison.Ordinal);
        desk.Fake.Venue.Submit(new Ticket("by-telephone", "SPY", Side.Buy, 7m, BrokerFakes.Venues.OrderType.Market, BrokerFakes.Venues.TimeInForce.Day));
        await desk.UntilAsync<HoldingAdopted>();

        var report = await ReplayCheck.RunAsync(new EventReader(desk.World.Database.Reader), "main", PaperVenue.Factory);
        Assert.True(report is { Differing: 0, Stopped: null } && report.Events > 20, $"{report.Events} events, {report.Differing} differ; {report.Stopped}");
        var unchanged = await WhatIfRun.RunAsync(new EventReader(desk.World.Database.Reader), "main", WhatIfChanges.None);
        Assert.Equal((0L, 0m, 3L), (unchanged.Differing, unchanged.EquityDifference, unchanged.Decisions));
    }

    [Fact]
    public async Task A_cancel_that_was_refused_unheard_does_not_stay_pending()
    {
        await using var desk = await BrokerDesk.OpenAsync("reject venueCancel 1, loseReport cancelRejected 1");
        var order = (await desk.BuyAsync(limit: 90m)).OrderId!;
        await desk.UntilAsync<OrderAcknowledged>();
        await desk.World.Outside.CancelAsync(order);
        await Eventually.TrueAsync(() => desk.Fake.Faults.Struck.Count == 2, "the venue has refused, and nobody was told");
        desk.Fake.Feed.Break();
        await desk.UntilAsync<OrderCancelRefused>();
        await desk.UntilAsync<BreakResolved>(resolved => resolved.Kind == BreakKind.UnansweredRequest);
        await desk.World.Outside.CancelAsync(order);
        await desk.UntilAsync<OrderCancelled>();
    }

    [Fact]
    public async Task A_trade_that_somebody_made_elsewhere_is_taken_over_as_nobodys()
    {
        await using var desk = await BrokerDesk.OpenAsync();
        desk.Fake.Venue.Submit(new Ticket("by-telephone", "SPY", Side.Buy, 7m, BrokerFakes.Venues.OrderType.Market, BrokerFakes.Venues.TimeInForce.Day));
        Assert.Single(desk.Fake.Venue.Executions);
        var adopted = await desk.UntilAsync<HoldingAdopted>();
        Assert.Equal((7m, 100m), (adopted.Quantity, adopted.Price));
        Assert.Equal(BreakKind.ForeignExecution, (await desk.UntilAsync<BreakFound>()).Kind);
        await desk.UntilAsync<BreakResolved>();
    }

    [Fact]
    public async Task A_position_that_nobody_can_explain_stops_trading_until_it_is_gone()
    {
        await using var desk = await BrokerDesk.OpenAsync(start: false);
        Transfer(Side.Buy);
        desk.Broker = await desk.World.StartAsync("brokers");
        var found = await desk.UntilAsync<BreakFound>(b => b.Kind == BreakKind.Position);
        Assert.Equal((BreakKind.Position, "SPY.ARCX", "0", "5", BreakAction.Halt, "operations"), (found.Kind, found.Key, found.Ours, found.Theirs, found.Action, found.Owner));
        await desk.UntilAsync<BrokerLost>(lost => lost.Reason.Contains("Position of SPY.ARCX", StringComparison.Ordinal));
        await desk.UntilAsync<VenueClosed>(closed => closed.Reason.Contains("operations must resolve it", StringComparison.Ordinal));
        Assert.Equal("blocked", (await desk.BuyAsync()).Outcome);
        Assert.Empty(desk.Fake.Venue.Orders);

        Transfer(Side.Sell);
        await desk.UntilAsync<BreakResolved>(resolved => resolved.BreakId == found.BreakId);
        await desk.UntilAsync<VenueOpened>();
        Assert.Equal("approved", (await desk.BuyAsync()).Outcome);

        // Shares come and go without an order, as in a transfer between accounts.
        void Transfer(Side side) => desk.Fake.Venue.Account.Apply(new Execution("", 0, "", "", "SPY", side, 5m, 1m, 0m, 5m, 0m, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_dry_run_puts_the_request_on_record_and_sends_nothing()
    {
        await using var desk = await BrokerDesk.OpenAsync(change: broker => broker.DryRun = true);
        await desk.BuyAsync();
        var rehearsed = await desk.UntilAsync<RequestRehearsed>();
        Assert.Contains("/v2/orders", rehearsed.Request, StringComparison.Ordinal);
        Assert.Contains("\"client_order_id\":\"main-1\"", rehearsed.Request, StringComparison.Ordinal);
        Assert.Contains("dry run", (await desk.UntilAsync<OrderRejected>()).Reason, StringComparison.Ordinal);
        Assert.Empty(desk.Fake.Venue.Orders);
        await NoSecretAsync(desk);
    }

    [Fact]
    public async Task Keys_are_in_no_event_no_row_and_no_line_of_the_log()
    {
        await using var desk = await BrokerDesk.OpenAsync("dropResponse submit 1, serverError submit 2, breakStream fill 1");
        for (var i = 0; i < 3; i++) await desk.BuyAsync();
        await desk.UntilAsync<OrderFilled>();
        await NoSecretAsync(desk);
    }

    private static async Task NoSecretAsync(BrokerDesk desk)
    {
        Assert.True(await desk.World.AskAsync<long>("select count(*) from events.mt_events where data::text like '%main-1%'") > 0);
        foreach (var secret in (string[])[BrokerSetup.KeyId, BrokerSetup.SecretKey])
        {
            Assert.Equal(0, await desk.World.AskAsync<long>("select count(*) from events.mt_events where data::text like '%' || $1 || '%' or headers::text like '%' || $1 || '%'", secret));
            Assert.DoesNotContain(desk.World.Complaints.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Two_persons_take_over_what_the_broker_holds_and_trading_goes_on()
    {
        await using var desk = await BrokerDesk.OpenAsync(start: false);
        Transfer(desk, 5m);
        desk.Broker = await desk.World.StartAsync("brokers");
        var found = await desk.UntilAsync<BreakFound>(b => b.Kind == BreakKind.Position);
        await ResolveAsync(desk, "main:Position:QQQ.XNAS", BreakResolution.Adopt);
        Assert.Contains("no such break", (await desk.UntilAsync<BreakResolutionRefused>()).Reason, StringComparison.Ordinal);
        await ResolveAsync(desk, found.BreakId, BreakResolution.Adopt);
        var adopted = await desk.UntilAsync<HoldingAdopted>();
        Assert.Equal((5m, 1m, "SPY.ARCX"), (adopted.Quantity, adopted.Price, adopted.Holding.Instrument));
        Assert.Equal("adopted by olga: a test", (await desk.UntilAsync<BreakResolved>(r => r.BreakId == found.BreakId)).Detail);
        await desk.UntilAsync<VenueOpened>();
        Assert.Equal("approved", (await desk.BuyAsync()).Outcome);
        Assert.Equal(15m, (await desk.UntilAsync<OrderFilled>()).Execution.PositionAfter);
    }

    [Fact]
    public async Task A_difference_that_was_dismissed_stands_also_after_a_restart_and_another_is_a_new_break()
    {
        await using var desk = await BrokerDesk.OpenAsync(start: false, time: new FastTime(30));
        Transfer(desk, 5m);
        desk.Broker = await desk.World.StartAsync("brokers");
        var found = await desk.UntilAsync<BreakFound>(b => b.Kind == BreakKind.Position);
        await ResolveAsync(desk, found.BreakId, BreakResolution.Dismiss);
        Assert.True((await desk.UntilAsync<BreakResolved>(r => r.BreakId == found.BreakId)).Dismissed);
        await desk.UntilAsync<VenueOpened>();

        await desk.Broker.DisposeAsync();
        var ran = (await desk.LogAsync<ReconciliationRan>()).Count;
        desk.Broker = await desk.World.StartAsync("brokers");
        await Eventually.TrueAsync(async () => (await desk.LogAsync<ReconciliationRan>()).Count >= ran + 3, "the books were compared three times more");
        Assert.Single(await desk.LogAsync<BreakFound>(), b => b.Kind == BreakKind.Position);

        Transfer(desk, 1m);
        Assert.Equal("6", (await desk.UntilAsync<BreakFound>(b => b.Kind == BreakKind.Position && b.Theirs != found.Theirs)).Theirs);
        await desk.UntilAsync<VenueClosed>(closed => closed.Reason.Contains("theirs 6", StringComparison.Ordinal));
    }

    /// <summary>Shares come without an order, as in a transfer between accounts.</summary>
    private static void Transfer(BrokerDesk desk, decimal quantity) =>
        desk.Fake.Venue.Account.Apply(new Execution("", 0, "", "", "SPY", Side.Buy, quantity, 1m, 0m, quantity, 0m, DateTimeOffset.UtcNow));

    private static Task ResolveAsync(BrokerDesk desk, string breakId, BreakResolution how) =>
        desk.World.Outside.AuthoriseAsync(Domain.Engine.InputJson.ToElement(new Domain.Engine.ResolveBreak(breakId, how)), approver: "rita");
}
