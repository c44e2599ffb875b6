namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>The families of streams in the log, and what each holds. A test holds it against every type of event.</summary>
public static class EventStreamCatalog
{
    public static readonly IReadOnlyList<(string Stream, IReadOnlyList<string> Types)> All =
    [
        ("portfolio-{id}", ["portfolio_opened", "cash_moved", "position_split", "dividend_paid", "borrow_fee_charged", "risk_limits_set", "voting_policy_set", "voting_policy_cleared",
            "trading_day_opened", "trading_halted", "trading_resumed", "venue_opened", "venue_closed", "holding_adopted", "firm_headroom_set", "break_resolution_ordered"]),
        ("round-{id}", ["intent_received", "decision_made", "decision_overridden"]),
        ("refusals-{portfolio}", ["intent_refused"]),
        ("order-{id}", [.. Domain.Json.EventJson.Aliases.Where(a => a.StartsWith("order_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]),
        ("risk-{portfolio}", ["risk_violation_detected", "kill_switch_engaged", "kill_switch_released", "daily_loss_limit_reached", "drawdown_limit_reached", "throttle_tripped", "throttle_released", "buckets_reformed"]),
        ("strategy-{portfolio}-{name}", ["strategy_registered", "strategy_loaded", "strategy_paused", "strategy_resumed", "strategy_quarantined", "strategy_suspended", "strategy_unloaded"]),
        ("tape-{portfolio}", ["inputs_recorded"]),
        ("commands-{portfolio}", ["command_answered"]),
        ("control-{portfolio}", ["command_authorised", "approval_requested", "approval_granted", "approval_denied", "command_answered"]),
        ("firm", ["firm_limits_set", "firm_kill_switch_engaged", "firm_kill_switch_released", "headroom_leased", "headroom_returned"]),
        ("broker-{portfolio}", ["execution_reported", "broker_reconciled", "broker_lost", "holding_found", "cash_found"]),
        ("reconciliation-{broker}", ["reconciliation_ran", "break_found", "break_resolved", "break_resolution_refused", "request_rehearsed"]),
        ("backtest-{id}", ["backtest_started", "backtest_completed"]),
        ("keys", ["key_issued", "key_revoked"]),
        ("persons", ["person_forgotten"]),
        ("turned-away", ["command_turned_away"]),
        ("notary", ["notary_key_introduced", "notary_key_rotated"]),
        ("clock-{host}", ["clock_offset_measured"]),
    ];
}
