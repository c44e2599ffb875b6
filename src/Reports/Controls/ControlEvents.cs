using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports;

/// <summary>What the controls did, and what people did against them.</summary>
internal sealed class ControlEvents
{
    private readonly List<Violation> violations = [];
    private readonly List<(LogEvent Log, OrderBlocked Event)> blocks = [];
    private readonly List<(LogEvent Log, DecisionOverridden Event)> overrides = [];
    private readonly List<Throttle> throttles = [];
    private readonly List<Approval> approvals = [];

    private sealed record Violation(
        LogEvent Log, string Rule, string Kind, decimal Value, decimal Limit, string Unit, string? Instrument, string? Target, string? OrderId, string? DecisionId,
        string Detail, Timestamp AsOf);

    private sealed record Throttle(LogEvent Log, string Agent, string? Instrument, string? Side, int? Count, int? Seconds, string? Actor, string? Reason);

    private sealed record Approval(LogEvent Log, string Id, string? Operation, string? Actor, string? Credential, string Address, string Reason);

    public void Take(LogEvent e)
    {
        var report = ControlChanges.Definition.Name;
        switch (e.Event)
        {
            case RiskViolationDetected x:
                violations.Put(new(e, x.Rule, Cell.Word(x.Kind), x.Value, x.Limit, x.Unit, x.Instrument, x.Target, x.OrderId, x.DecisionId, x.Detail, x.AsOf), report);
                break;
            case DailyLossLimitReached x: violations.Put(new(e, "MAX_DAILY_LOSS", "reached", x.Loss, x.Limit, x.Currency, null, x.Day, null, null, "", x.AsOf), report); break;
            case DrawdownLimitReached x:
                violations.Put(new(e, "MAX_DRAWDOWN", "reached", x.Drawdown, x.Limit, x.Currency, null, null, null, null, $"peak {Cell.Of(x.Peak)}", x.AsOf), report);
                break;
            case OrderBlocked x: blocks.Put((e, x), report); break;
            case DecisionOverridden x: overrides.Put((e, x), report); break;
            case ThrottleTripped x: throttles.Put(new(e, x.Agent, x.Instrument, Cell.Word(x.Side), x.Count, x.Seconds, null, null), report); break;
            case ThrottleReleased x: throttles.Put(new(e, x.Agent, null, null, null, null, x.Actor, x.Reason), report); break;
            case ApprovalRequested x: approvals.Put(new(e, x.ApprovalId, x.Operation, x.Actor, x.Credential, x.Address, $"{x.Reason} [{x.Why}]"), report); break;
            case ApprovalGranted x: approvals.Put(new(e, x.ApprovalId, null, x.Actor, x.Credential, x.Address, x.Reason), report); break;
            case ApprovalDenied x: approvals.Put(new(e, x.ApprovalId, null, x.Actor, x.Credential, x.Address, x.Reason), report); break;
            case CommandTurnedAway x: approvals.Put(new(e, x.CommandId ?? "", x.Operation, x.Actor, x.Credential, x.Address, $"{x.Code}: {x.Reason}"), report); break;
        }
    }

    public ReportTable Violations() => ReportTable.Of(
        "violations", "Limits that were reached, broken or nearly so", violations,
        new("position", "position in the log", v => Cell.Of(v.Log.Seq), true),
        new("recorded", "time of recording", v => Cell.Of(v.Log.At)),
        new("as of", "asOf: market time", v => Cell.Of(v.AsOf)),
        new("portfolio", "portfolio", v => v.Log.Portfolio),
        new("event", "type of the event", v => v.Log.Recorded.Type),
        new("rule", "risk_violation_detected: rule; else from the type", v => v.Rule),
        new("kind", "blocked: an order was turned away; breach: the book is over the limit; nearMiss; reached: the rule stopped the portfolio", v => v.Kind),
        new("value", "value, loss or drawdown", v => Cell.Of(v.Value), true),
        new("limit", "limit", v => Cell.Of(v.Limit), true),
        new("unit", "unit or currency", v => v.Unit),
        new("instrument", "instrument", v => v.Instrument),
        new("target", "target or day", v => v.Target),
        new("order id", "orderId", v => v.OrderId),
        new("decision id", "decisionId", v => v.DecisionId),
        new("detail", "detail", v => v.Detail));

    public ReportTable Blocks() => ReportTable.Of(
        "blocks", "Orders that were blocked", blocks,
        new("position", "position in the log", b => Cell.Of(b.Log.Seq), true),
        new("recorded", "time of recording", b => Cell.Of(b.Log.At)),
        new("as of", "asOf: market time", b => Cell.Of(b.Event.AsOf)),
        new("order id", "terms.orderId", b => b.Event.Terms.OrderId),
        new("decision id", "terms.decisionId", b => b.Event.Terms.DecisionId),
        new("decision makers", "allocation", b => Cell.Of(b.Event.Allocation)),
        new("instrument", "terms.instrument", b => b.Event.Terms.Instrument),
        new("side", "terms.side", b => Cell.Word(b.Event.Terms.Side)),
        new("quantity", "terms.quantity", b => Cell.Of(b.Event.Terms.Quantity), true),
        new("reference price", "referencePrice", b => Cell.Of(b.Event.ReferencePrice), true),
        new("reason", "reason", b => b.Event.Reason),
        new("checks that failed", "checks: rule, value, limit, unit, detail", b => Cell.Failed(b.Event.Checks)));

    public ReportTable Throttles(Func<LogEvent, string?> approver) => ReportTable.Of(
        "throttles", "Agents that were stopped for repeating themselves, and let go on", throttles,
        new("position", "position in the log", t => Cell.Of(t.Log.Seq), true),
        new("recorded", "time of recording", t => Cell.Of(t.Log.At)),
        new("event", "type of the event", t => t.Log.Recorded.Type),
        new("portfolio", "portfolio", t => t.Log.Portfolio),
        new("agent", "agent", t => t.Agent),
        new("instrument", "instrument", t => t.Instrument),
        new("side", "side", t => t.Side),
        new("orders", "count", t => Cell.Of(t.Count), true),
        new("within seconds", "seconds", t => Cell.Of(t.Seconds), true),
        new("actor", "throttle_released: actor", t => t.Actor),
        new("approver", "command_answered of the same command: approver", t => approver(t.Log)),
        new("reason", "throttle_released: reason", t => t.Reason));

    public ReportTable Overrides() => ReportTable.Of(
        "overrides", "Decisions that a person overrode; the order that comes of it goes through every check", overrides,
        new("position", "position in the log", o => Cell.Of(o.Log.Seq), true),
        new("recorded", "time of recording", o => Cell.Of(o.Log.At)),
        new("decision id", "decisionId", o => o.Event.DecisionId),
        new("kind", "kind: replace, reorder, cancel", o => Cell.Word(o.Event.Kind)),
        new("action", "action", o => Cell.Word(o.Event.Action)),
        new("quantity", "quantity", o => Cell.Of(o.Event.Quantity), true),
        new("order id", "orderId", o => o.Event.OrderId),
        new("actor", "actor", o => o.Event.Actor),
        new("reason", "reason", o => o.Event.Reason));

    public ReportTable Approvals() => ReportTable.Of(
        "approvals", "Second persons asked, and calls that were turned away at the door", approvals,
        new("position", "position in the log", a => Cell.Of(a.Log.Seq), true),
        new("recorded", "time of recording", a => Cell.Of(a.Log.At)),
        new("event", "type of the event", a => a.Log.Recorded.Type),
        new("portfolio", "portfolio; empty for the firm", a => a.Log.Portfolio),
        new("id", "approvalId; command_turned_away: commandId", a => a.Id),
        new("operation", "operation", a => a.Operation),
        new("actor", "actor; empty where the caller was not known", a => a.Actor),
        new("credential", "credential: id of the key or issuer of the token", a => a.Credential),
        new("address", "address", a => a.Address),
        new("reason", "reason, with why a second person was needed, or the code of the refusal", a => a.Reason));
}
