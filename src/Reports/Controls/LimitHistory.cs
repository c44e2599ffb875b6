using System.Text.Json;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>Limits as they were set one after the other, each limit by itself.</summary>
internal sealed class LimitHistory
{
    private readonly SortedDictionary<string, SortedDictionary<string, (string Value, long Since)>> force = new(StringComparer.Ordinal);
    private readonly List<Change> changes = [];

    private sealed record Change(LogEvent Log, string Whose, string Limit, string? Before, string? After, string Actor, string Reason);

    private sealed record Standing(string Whose, string Limit, string Value, long Since);

    public void Take(LogEvent e, bool covered)
    {
        switch (e.Event)
        {
            case RiskLimitsSet x: Set(e, $"portfolio {x.Portfolio}", Members(JsonSerializer.SerializeToElement(x.Limits, EventJson.Options)), x.Actor, x.Reason, covered); break;
            case FirmLimitsSet x:
                Set(e, "firm", Members(JsonSerializer.SerializeToElement(x, EventJson.Options)).Where(m => m.Key is "maxGross" or "currency" or "chunk"), x.Actor, x.Reason, covered);
                break;
        }
    }

    private void Set(LogEvent e, string whose, IEnumerable<KeyValuePair<string, string>> members, string actor, string reason, bool covered)
    {
        if (!force.TryGetValue(whose, out var before)) force[whose] = before = new(StringComparer.Ordinal);
        var after = members.ToDictionary();
        foreach (var limit in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).ToArray())
        {
            var (was, isNow) = (before.TryGetValue(limit, out var standing) ? standing.Value : null, after.GetValueOrDefault(limit));
            if (was == isNow) continue;
            if (covered) changes.Put(new Change(e, whose, limit, was, isNow, actor, reason), ControlChanges.Definition.Name);
            if (isNow is null) before.Remove(limit);
            else before[limit] = (isNow, e.Seq);
        }
    }

    /// <summary>A member is a limit; one without a value is none. Values that are lists or maps are their canonical JSON.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Members(JsonElement limits)
    {
        foreach (var member in limits.EnumerateObject())
        {
            var empty = member.Value.ValueKind == JsonValueKind.Object && !member.Value.EnumerateObject().Any();
            if (empty || member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False) continue;
            yield return new(member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()!
                : System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(System.Text.Encoding.UTF8.GetBytes(member.Value.GetRawText()))));
        }
    }

    public ReportTable InForce() => ReportTable.Of(
        "limits", "Limits in force at the end of the period", [.. force.SelectMany(w => w.Value.Select(l => new Standing(w.Key, l.Key, l.Value.Value, l.Value.Since)))],
        new("whose", "portfolio, or the firm", s => s.Whose),
        new("limit", "risk_limits_set: member of limits; firm_limits_set: member", s => s.Limit),
        new("value", "as set; maps and lists as canonical JSON", s => s.Value),
        new("since position", "position in the log of the event that set this value", s => Cell.Of(s.Since), true));

    public ReportTable Changes(Func<LogEvent, string?> approver) => ReportTable.Of(
        "limit changes", "Changes of limits in the period", changes,
        new("position", "position in the log", c => Cell.Of(c.Log.Seq), true),
        new("recorded", "time of recording", c => Cell.Of(c.Log.At)),
        new("whose", "portfolio, or the firm", c => c.Whose),
        new("limit", "risk_limits_set: member of limits; firm_limits_set: member", c => c.Limit),
        new("before", "the value in force before; empty for none", c => c.Before),
        new("after", "the value set; empty for none", c => c.After),
        new("actor", "actor", c => c.Actor),
        new("human or automated", "told by the actor", c => Origins.Of(c.Actor)),
        new("approver", "command_answered of the same command, or firm_limits_set: approver; empty where one person was enough", c => approver(c.Log)),
        new("reason", "reason", c => c.Reason));
}
