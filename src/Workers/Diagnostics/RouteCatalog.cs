using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Notarising;
using EventSourcedTrading.Workers.Publishing;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>The way of one kind of message.</summary>
/// <param name="From">A subject, a stream of the log, or what else brings it.</param>
/// <param name="Kind">What the tape calls it, where an engine takes it; null elsewhere.</param>
/// <param name="Role">Who takes it.</param>
/// <param name="Handler">Type and method.</param>
/// <param name="Events">All that may be put on record because of it.</param>
public sealed record Route(string From, string? Kind, string Role, string Handler, IReadOnlyList<string> Events);

/// <summary>From message to handler to events. A test holds it against the code's names and against what is on a tape.</summary>
public static class RouteCatalog
{
    private const string Engine = "engine";

    /// <summary>What an engine may do whenever market time moves on: close rounds, order, fill on paper, watch limits.</summary>
    public static readonly IReadOnlyList<string> Slices =
    [
        "trading_day_opened", "position_split", "dividend_paid", "borrow_fee_charged", "strategy_suspended", "strategy_resumed", "decision_made",
        "order_approved", "order_blocked", .. Orders(), "risk_violation_detected", "daily_loss_limit_reached", "drawdown_limit_reached",
        "kill_switch_engaged", "throttle_tripped", "buckets_reformed",
    ];

    private static readonly string[] Commands =
    [
        "command_answered", "portfolio_opened", "cash_moved", "risk_limits_set", "voting_policy_set", "voting_policy_cleared", "strategy_registered", "strategy_loaded", "strategy_paused",
        "strategy_resumed", "strategy_unloaded", "kill_switch_engaged", "kill_switch_released", "throttle_released", "trading_halted", "trading_resumed", "holding_adopted",
        "break_resolution_ordered", "decision_overridden", "venue_closed",
    ];

    public static IReadOnlyList<Route> Of(Subjects s)
    {
        const string p = "{portfolio}", a = "{agent}", i = "{instrument}";
        return
        [
            ToEngine(s.Signal(i), "signal", "OnSignal", [.. Slices]),
            ToEngine(s.Intent(p, a), "intent", "OnIntent", ["intent_received", "intent_refused", .. Slices]),
            ToEngine($"{s.Inbox(p)[0]}, what cannot be read", "malformed", "OnMalformed", ["intent_refused"]),
            ToEngine(s.Progress(p, a), "progress", "OnProgress", [.. Slices]),
            ToEngine(s.Failed(p, a), "agentFailed", "OnAgentFailed", ["strategy_quarantined", .. Slices]),
            ToEngine("the round's deadline", "deadline", "Advance", [.. Slices]),
            ToEngine("work that an earlier input left", "continue", "Advance", [.. Slices]),
            ToEngine($"log: control-{p}, and est.json", "command", "OnCommand", [.. Commands, .. Slices]),
            ToEngine($"log: broker-{p}, reports", "report", "OnReport", [.. Slices]),
            ToEngine($"log: broker-{p}, the venue", "venue", "OnVenue", ["venue_opened", "venue_closed", .. Slices]),
            ToEngine("log: firm", "firm", "OnFirm", ["firm_headroom_set", "kill_switch_engaged", "kill_switch_released", .. Slices]),
            new("the engine's use of headroom", null, Engine, $"{nameof(FirmDesk)}.BalanceAsync", ["headroom_leased", "headroom_returned"]),
            new("HTTP and gRPC commands", null, "api", $"{nameof(ControlPlane)}.CommandAsync", ["command_authorised", "approval_requested", "approval_granted", "approval_denied"]),
            new("HTTP and gRPC, turned away", null, "api", $"{nameof(TurningAway)}.RecordAsync", ["command_turned_away"]),
            new("HTTP and gRPC, of the firm", null, "api", $"{nameof(FirmExecution)}.ExecuteAsync", ["firm_limits_set", "firm_kill_switch_engaged", "firm_kill_switch_released", "command_answered"]),
            new("HTTP keys; est keys", null, "api", $"{nameof(ApiKeys)}.IssueAsync", ["key_issued", "key_revoked"]),
            new("HTTP persons; est persons forget", null, "api", $"{nameof(Forgetting)}.ForgetAsync", ["person_forgotten"]),
            new("GraphQL queries and subscriptions", null, "api", $"{nameof(ApiServer)}, /graphql", []),
            new("clients of live streams", null, "api", $"{nameof(StreamEndpoint)}, /stream", []),
            new("log: order_submission_attempted, order_cancel_requested", null, "brokers", $"{nameof(OrderDesk)}.Take", ["execution_reported", "request_rehearsed"]),
            new("the broker's reports and books", null, "brokers", $"{nameof(BrokerRole)}.RunAsync", ["broker_reconciled", "broker_lost"]),
            new("the broker's book beside ours", null, "brokers", $"{nameof(Reconciler)}.RunAsync",
                ["reconciliation_ran", "break_found", "break_resolved", "break_resolution_refused", "holding_found", "cash_found"]),
            new($"log: {PublisherRole.Told(s, p).Count()} types of events", null, "publisher", $"{nameof(PublisherRole)}.PublishAsync", []),
            new("the log's head", null, "notary", $"{nameof(NotaryRole)}.RunAsync", ["notary_key_introduced"]),
            new("est audit rotate", null, "est", $"{nameof(NotaryKeys)}.Rotate", ["notary_key_rotated"]),
            new("the time server", null, "clock", $"{nameof(ClockRole)}.RunAsync", ["clock_offset_measured"]),
            new("est backtest run", null, "est", $"{nameof(BacktestJournal)}.StartedAsync", ["backtest_started", "backtest_completed"]),
        ];
    }

    // Nothing asks for a replacement yet, so order_replace_requested is read, and written by nobody.
    private static string[] Orders() =>
        [.. EventJson.Aliases.Where(e => e.StartsWith("order_", StringComparison.Ordinal) && e is not ("order_approved" or "order_blocked" or "order_replace_requested")).Order(StringComparer.Ordinal)];

    private static Route ToEngine(string from, string kind, string method, string[] events) =>
        new(from, kind, Engine, $"{nameof(PortfolioEngine)}.{method}", [.. events.Prepend("inputs_recorded").Distinct()]);
}
