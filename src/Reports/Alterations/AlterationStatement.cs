using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;
using static EventSourcedTrading.Reports.Cell;

namespace EventSourcedTrading.Reports;

/// <summary>Record alteration statement: that records are only added to, and every record that corrects, overrides, cancels or replaces an earlier one.</summary>
public static class AlterationStatement
{
    public static readonly ReportDefinition Definition = new(
        "alterations", "Record alteration statement", "every record that changes the meaning of an earlier one (SEC 17a-4(f))",
        "SEC rule 17a-4(f), in its audit-trail alternative, asks of an electronic record keeping system a complete time-stamped trail: every modification and "
        + "deletion, its date and time, who made it, human or automated, and what it takes to re-create the original. Here a record is an "
        + "event. No event is modified or deleted: the database roles that the platform uses may not, triggers forbid it, and the Merkle root of the checkpoint "
        + "would no longer match. What changes is what the records mean, and only by a further event: those are listed here. To re-create the original as it "
        + "stood at any moment, read the log up to the position before the altering event; nothing needs to be undone.",
        null,
        [
            new("changes to the database outside of the platform", "a report cannot see them; `est audit verify` recomputes the log against a checkpoint that is kept outside"),
            new("whether the checkpoint is signed", "an unsigned checkpoint shows what the database says of itself; only one that is signed and kept elsewhere binds it"),
            new("records that are not events", "messages, process logs, read models and documents; read models are made anew from the log"),
            new("retention and the designated third party", "matters of operation, not of the log"),
        ],
        BuildAsync);

    /// <summary>What an event alters, by whom and why; null if it alters nothing.</summary>
    private sealed record Alteration(string Effect, string? Actor, string? RefersTo, string? Reason);

    private sealed record Row(LogEvent Log, Alteration What, long? Earlier);

    private sealed record Count(string Type, long Number, long First, long Last);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var rows = new List<Row>();
        var counts = new SortedDictionary<string, Count>(StringComparer.Ordinal);
        var settings = new Dictionary<string, long>();
        await foreach (var e in log)
        {
            // The tape is by far the longest and alters nothing: it is counted and not read.
            var what = e.Recorded.Type == Tape ? null : Of(e.Event);
            var earlier = e.Recorded.Type == Tape ? null : Supersede(e, settings);
            if (!scope.Covers(e.At)) continue;
            var count = counts.GetValueOrDefault(e.Recorded.Type) ?? new Count(e.Recorded.Type, 0, e.Seq, e.Seq);
            counts[e.Recorded.Type] = count with { Number = count.Number + 1, Last = e.Seq };
            // The first setting of its kind replaces nothing.
            if (what is not null && (earlier is not 0)) rows.Put(new Row(e, what, earlier), Definition.Name);
        }

        return [Altering(rows), Totals([.. counts.Values])];
    }

    private static readonly string Tape = EventJson.AliasOf<InputsRecorded>();

    /// <summary>For settings: the position of the one that was in force before, 0 if there was none. Null for other events.</summary>
    private static long? Supersede(LogEvent e, Dictionary<string, long> settings)
    {
        var key = e.Event switch
        {
            RiskLimitsSet x => $"limits {x.Portfolio}",
            VotingPolicySet x => $"policy {x.Portfolio} {x.Instrument}",
            FirmLimitsSet => "firm",
            BucketsReformed x => $"buckets {x.Portfolio}",
            _ => null,
        };
        if (key is null) return null;
        var earlier = settings.GetValueOrDefault(key);
        settings[key] = e.Seq;
        return earlier;
    }

    private static Alteration? Of(DomainEvent e) => e switch
    {
        DecisionOverridden x => new(x.Kind == OverrideKind.Cancel ? "cancels the decision" : "overrides the decision", x.Actor, $"stream round-{x.DecisionId}", x.Reason),
        OrderCancelRequested x => new("asks to cancel the order", x.Actor, $"stream order-{x.OrderId}", x.Reason),
        OrderCancelled x => new("cancels the order", null, $"stream order-{x.OrderId}", x.Reason),
        OrderReplaceRequested x => new("asks to replace the order", x.Actor, $"stream order-{x.OrderId}", x.Reason),
        OrderReplaced x => new("replaces the order's terms", null, $"stream order-{x.OrderId}", null),
        OrderExpired x => new("ends the order", null, $"stream order-{x.OrderId}", x.Reason),
        OrderAnomalyNoted x => new("notes a report that contradicts the record", null, $"stream order-{x.OrderId}", x.Detail),
        RiskLimitsSet x => new("replaces the limits", x.Actor, $"limits of {x.Portfolio}", x.Reason),
        VotingPolicySet x => new("replaces the policy", x.Actor, $"policy of {x.Portfolio}{(x.Instrument is { } one ? $", {one}" : "")}", x.Reason),
        VotingPolicyCleared x => new("withdraws the policy", x.Actor, $"policy of {x.Portfolio}, {x.Instrument}", x.Reason),
        FirmLimitsSet x => new("replaces the limits", x.Actor, "limits of the firm", x.Reason),
        BucketsReformed x => new("replaces the measured buckets", "rule:MEASURED_BUCKETS", $"buckets of {x.Portfolio}", null),
        KillSwitchReleased x => new("releases the kill switch", x.Actor, $"kill switch of {x.Portfolio}, {Word(x.Scope)} {x.Target}".TrimEnd(), x.Reason),
        FirmKillSwitchReleased x => new("releases the kill switch", x.Actor, "kill switch of the firm", x.Reason),
        ThrottleReleased x => new("releases the throttle", x.Actor, $"throttle of {x.Agent}", x.Reason),
        TradingResumed x => new("ends the halt", x.Actor, $"halt of {x.Portfolio}", x.Reason),
        StrategyResumed x => new("ends pause, suspension or quarantine", x.Actor, $"agent {x.Agent}", x.Reason),
        StrategyUnloaded x => new("withdraws the agent", x.Actor, $"agent {x.Agent}", x.Reason),
        ApprovalDenied x => new("declines the command", x.Actor, $"approval {x.ApprovalId}", x.Reason),
        KeyRevoked x => new("withdraws the key", x.RevokedBy, $"key {x.KeyId} of {x.Person}", x.Reason),
        _ => null,
    };

    private static ReportTable Altering(List<Row> rows) => ReportTable.Of(
        "alterations", "Events that alter what earlier events mean", rows,
        new("position", "position in the log", r => Cell.Of(r.Log.Seq), true),
        new("recorded", "time of recording", r => Cell.Of(r.Log.At)),
        new("event", "type of the event", r => r.Log.Recorded.Type),
        new("portfolio", "stream of the event, or its portfolio", r => r.Log.Portfolio),
        new("effect", "from the type", r => r.What.Effect),
        new("who", "actor; revokedBy for keys; empty where the venue or the engine reported", r => r.What.Actor),
        new("human or automated", "told by the actor: the reference of a person whom the control plane identified; rule:…, configuration and firm are the platform's own; where nobody is named, the engine or the venue reported", r => Origins.Of(r.What.Actor)),
        new("refers to", "orderId, decisionId, portfolio, agent, approvalId or keyId", r => r.What.RefersTo),
        new("replaces position", "the setting of the same kind before it", r => r.Earlier is > 0 and { } earlier ? Cell.Of(earlier) : null, true),
        new("caused by", "causation of the event: command, event or input", r => r.Log.Recorded.CausationId),
        new("reason", "reason, detail", r => r.What.Reason));

    private static ReportTable Totals(List<Count> counts) => ReportTable.Of(
        "events", "Events of the period, by type: all were added, none was changed", counts,
        new("event", "type of the event", c => c.Type),
        new("events", "counted", c => Cell.Of(c.Number), true),
        new("first position", "position in the log", c => Cell.Of(c.First), true),
        new("last position", "position in the log", c => Cell.Of(c.Last), true));
}
