using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace EventSourcedTrading.Integration;

/// <summary>The ids of what happened, by kind, as one witness has them: what was said over NATS and to the API, the log, or the reports.</summary>
public sealed class Counted
{
    private readonly SortedDictionary<string, HashSet<string>> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<long>> byType = [];

    public IReadOnlyCollection<string> Kinds => kinds.Keys;

    public int Of(string kind) => kinds.TryGetValue(kind, out var ids) ? ids.Count : 0;

    public void Add(string kind, string id)
    {
        if (!kinds.TryGetValue(kind, out var ids)) kinds[kind] = ids = [];
        ids.Add(id);
    }

    /// <summary>What one has and the other has not, a line each.</summary>
    public IEnumerable<string> Differences(Counted other, string here, string there)
    {
        foreach (var kind in kinds.Keys.Union(other.kinds.Keys).Order(StringComparer.Ordinal))
        {
            var (mine, its) = (kinds.GetValueOrDefault(kind) ?? [], other.kinds.GetValueOrDefault(kind) ?? []);
            foreach (var id in mine.Except(its)) yield return $"{kind}: {id} is in {here} and not in {there}";
            foreach (var id in its.Except(mine)) yield return $"{kind}: {id} is in {there} and not in {here}";
        }
    }

    public override string ToString() => string.Join(", ", kinds.Select(k => $"{k.Value.Count} {k.Key}"));

    private static readonly HashSet<string> Violation = ["risk_violation_detected", "daily_loss_limit_reached", "drawdown_limit_reached"];
    private static readonly HashSet<string> Switch =
        ["kill_switch_engaged", "kill_switch_released", "firm_kill_switch_engaged", "firm_kill_switch_released", "trading_halted", "trading_resumed"];
    private static readonly HashSet<string> Altering =
    [
        "decision_overridden", "order_cancel_requested", "order_cancelled", "order_expired", "order_replace_requested", "order_replaced", "order_anomaly_noted",
        "kill_switch_released", "firm_kill_switch_released", "throttle_released", "trading_resumed", "strategy_resumed", "strategy_unloaded", "voting_policy_cleared",
    ];
    private static readonly HashSet<string> Setting = ["risk_limits_set", "voting_policy_set", "firm_limits_set", "buckets_reformed"];

    /// <summary>One event, by what it says of itself. The same for messages and rows, which come by ways that share nothing.</summary>
    private void Take(string type, string stream, long position, JsonElement e, HashSet<string> settings)
    {
        var at = position.ToString(CultureInfo.InvariantCulture);
        if (type == "decision_made") Add("decisions", Text(e, "decisionId"));
        else if (type == "decision_overridden") Add("overrides", $"{Text(e, "decisionId")} {Text(e, "kind")} {Text(e, "action")} by {Text(e, "actor")}");
        else if (Violation.Contains(type)) Add("violations", $"{at} {type}");
        else if (Switch.Contains(type)) Add("switches", $"{at} {type}");
        else if (type is "throttle_tripped" or "throttle_released") Add("throttles", $"{at} {type}");
        else if (type.StartsWith("order_", StringComparison.Ordinal))
        {
            Add("orders", stream["order-".Length..]);
            Add("events of orders", $"{at} {type} {stream["order-".Length..]}");
            if (type is "order_filled" or "order_partially_filled") Add("fills", Text(e.GetProperty("execution"), "executionId"));
        }

        if (Setting.Contains(type) || type is "cash_moved" or "portfolio_opened" or "voting_policy_cleared" || type.StartsWith("strategy_", StringComparison.Ordinal))
            Add("configuration", $"{at} {type}");
        // The first setting of its kind alters nothing.
        var instrument = e.TryGetProperty("instrument", out var one) ? one.GetString() : null;
        if (Altering.Contains(type) || (Setting.Contains(type) && !settings.Add($"{type} {stream} {instrument}"))) Add("alterations", $"{at} {type}");
        if (!byType.TryGetValue(type, out var places)) byType[type] = places = [];
        places.Add(position);
    }

    private Counted WithTypes()
    {
        foreach (var (type, places) in byType) Add("types", $"{places.Count} {type}");
        return this;
    }

    private static string Text(JsonElement e, string member) => e.GetProperty(member).GetString()!;

    /// <summary>What the subjects carried.</summary>
    /// <param name="prefix">Before every subject, with its dot.</param>
    public static Counted Said(IEnumerable<Heard> messages, string prefix)
    {
        var counted = new Counted();
        var settings = new HashSet<string>();
        foreach (var message in messages)
        {
            var words = message.Subject[prefix.Length..].Split('.');
            if (words is ["decisions", "order_intent", _, var agent]) counted.Add("intents", IntentOf(agent, message.Body));
            else if (words is ["control", "outcome", ..]) counted.Add("answers", AnswerOf(message.Body));
            else if (message.Headers.TryGetValue("Est-Type", out var type))
            {
                using var json = JsonDocument.Parse(message.Body);
                counted.Add("messages", message.Headers["Nats-Msg-Id"]);
                counted.Take(type, message.Headers["Est-Stream"], long.Parse(message.Headers["Est-Position"], CultureInfo.InvariantCulture), json.RootElement, settings);
            }
        }

        return counted.WithTypes();
    }

    /// <summary>By the id that its sender gave it; what has none is known by its hash.</summary>
    private static string IntentOf(string agent, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return $"{agent} {Text(json.RootElement, "intentId")}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return $"{agent} sha256 {Convert.ToHexStringLower(SHA256.HashData(body))}";
        }
    }

    private static string AnswerOf(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var code = json.RootElement.TryGetProperty("code", out var one) ? one.GetString() : "";
        return $"{Text(json.RootElement, "id")} {Text(json.RootElement, "outcome")} {code}".TrimEnd();
    }

    /// <summary>What the rows of the log say, by SQL.</summary>
    /// <param name="told">Types that the subjects carry; of others only intents and commands are counted.</param>
    public static async Task<Counted> InLogAsync(NpgsqlDataSource source, IReadOnlyCollection<string> told)
    {
        var counted = new Counted();
        var settings = new HashSet<string>();
        await using var command = source.CreateCommand("select seq_id, id::text, type, stream_id, data::text from events.mt_events where type <> 'inputs_recorded' order by seq_id");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var (at, id, type, stream) = (rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3));
            using var json = JsonDocument.Parse(rows.GetString(4));
            var e = json.RootElement;
            switch (type)
            {
                case "intent_received": counted.Add("intents", $"{Text(e.GetProperty("intent"), "agent").Replace('.', '_')} {Text(e.GetProperty("intent"), "intentId")}"); break;
                case "intent_refused": counted.Add("intents", Refused(Text(e, "agent"), e.TryGetProperty("intentId", out var own) ? own.GetString() : null, Text(e, "rawSha256"))); break;
                case "command_answered" when Text(e, "portfolio") != "firm":
                    counted.Add("answers", $"{Text(e, "commandId")} {Text(e, "outcome")} {(e.TryGetProperty("code", out var code) ? code.GetString() : "")}".TrimEnd());
                    break;
                case "command_authorised": counted.Add("commands", $"{Text(e, "commandId")} {Text(e, "operation")}"); break;
                case "approval_granted" or "approval_denied": counted.Add("approvals", $"{Text(e, "approvalId")} {type} by {Text(e, "actor")}"); break;
                case "command_turned_away": counted.Add("turned away", $"{(e.TryGetProperty("commandId", out var key) ? key.GetString() : "")} {Text(e, "operation")} {Text(e, "code")}"); break;
                case "key_issued" or "key_revoked": counted.Add("keys", $"{Text(e, "keyId")} {type}"); break;
            }

            if (!told.Contains(type)) continue;
            counted.Add("messages", id);
            counted.Take(type, stream, at, e, settings);
        }

        return counted.WithTypes();
    }

    private static string Refused(string agent, string? id, string hash) => $"{agent.Replace('.', '_')} {(string.IsNullOrEmpty(id) ? $"sha256 {hash}" : id)}";

    /// <summary>What the reports say, from their JSON.</summary>
    public static Counted InReports(IReadOnlyDictionary<string, JsonElement> reports, IReadOnlyCollection<string> told)
    {
        var counted = new Counted();
        foreach (var row in Rows("decisions", "decisions")) counted.Add("decisions", row("decision id"));
        foreach (var row in Rows("decisions", "votes")) counted.Add("intents", $"{row("algorithm").Replace('.', '_')} {row("intent id")}");
        foreach (var row in Rows("decisions", "waiting")) counted.Add("intents", $"{row("algorithm").Replace('.', '_')} {row("intent id")}");
        foreach (var row in Rows("decisions", "refusals")) counted.Add("intents", Refused(row("algorithm"), row("intent id"), row("SHA-256 of the message")));
        foreach (var row in Rows("orders", "orders"))
        {
            counted.Add("orders", row("order id"));
            counted.Add("events of orders", $"{row("sequence")} {row("event")} {row("order id")}");
            if (row("execution id").Length > 0) counted.Add("fills", row("execution id"));
        }

        foreach (var row in Rows("controls", "violations")) counted.Add("violations", $"{row("position")} {row("event")}");
        foreach (var row in Rows("controls", "kill switches")) counted.Add("switches", $"{row("position")} {row("event")}");
        foreach (var row in Rows("controls", "throttles")) counted.Add("throttles", $"{row("position")} {row("event")}");
        foreach (var row in Rows("controls", "overrides")) counted.Add("overrides", $"{row("decision id")} {row("kind")} {row("action")} by {row("actor")}");
        foreach (var row in Rows("controls", "configuration"))
            if (row("event").StartsWith("key_", StringComparison.Ordinal)) counted.Add("keys", $"{row("subject").Split(' ')[1]} {row("event")}");
            else counted.Add("configuration", $"{row("position")} {row("event")}");
        foreach (var row in Rows("controls", "commands"))
        {
            if (row("portfolio") != "firm") counted.Add("answers", $"{row("command id")} {row("outcome")} {row("answer").Split(':')[0]}".TrimEnd());
            if (row("credential").Length > 0) counted.Add("commands", $"{row("command id")} {row("operation")}");
        }

        foreach (var row in Rows("controls", "approvals"))
            if (row("event") == "command_turned_away") counted.Add("turned away", $"{row("id")} {row("operation")} {row("reason").Split(':')[0]}");
            else if (row("event") != "approval_requested") counted.Add("approvals", $"{row("id")} {row("event")} by {row("actor")}");
        foreach (var row in Rows("alterations", "events"))
            if (told.Contains(row("event"))) counted.Add("types", $"{row("events")} {row("event")}");
        foreach (var row in Rows("alterations", "alterations")) if (told.Contains(row("event"))) counted.Add("alterations", $"{row("position")} {row("event")}");
        return counted;

        IEnumerable<Func<string, string>> Rows(string report, string table)
        {
            var found = reports[report].GetProperty("tables").EnumerateArray().Single(t => t.GetProperty("name").GetString() == table);
            var columns = found.GetProperty("columns").EnumerateArray().Select((c, i) => (Name: c.GetProperty("name").GetString()!, i)).ToDictionary(c => c.Name, c => c.i);
            foreach (var row in found.GetProperty("rows").EnumerateArray()) yield return name => row[columns[name]].GetString() ?? "";
        }
    }
}
