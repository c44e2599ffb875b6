using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>
/// The published specification is not exact: numbers come as texts and texts as numbers, fields are missing or new. Here a share of the fields does
/// so, as the seed draws them. What identifies, decides or counts money is never left out; only its type may change.
/// </summary>
/// <param name="share">0 changes nothing.</param>
public sealed class Inexactness(long seed, double share)
{
    private static readonly HashSet<string> Kept =
    [
        "error", "id", "message", "messageIds", "prompt", "order_id", "orderId", "order_status", "status", "order_ref", "orders", "args", "topic", "conid", "execution_id", "side", "size", "price", "total_size",
        "cum_fill", "average_price", "filledQuantity", "remainingQuantity", "totalSize", "avgPrice", "position", "avgCost", "cashbalance", "authenticated", "connected", "accounts", "commission", "trade_time_r",
    ];

    private long draws;

    public JsonNode Twisted(JsonNode exact)
    {
        if (share <= 0) return exact;
        return Twist(exact)!;
    }

    private JsonNode? Twist(JsonNode? node)
    {
        if (node is JsonArray array) return new JsonArray([.. array.Select(Twist)]);
        if (node is not JsonObject from) return node?.DeepClone();
        var to = new JsonObject();
        foreach (var (name, value) in from)
        {
            var struck = Strikes();
            if (struck && !Kept.Contains(name)) continue;
            to[name] = struck && value is JsonValue one ? Retyped(one) : Twist(value);
        }

        if (Strikes()) to["undocumented"] = "fake";
        return to;
    }

    private static JsonNode Retyped(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => value.ToJsonString(),
        JsonValueKind.String when decimal.TryParse(value.GetValue<string>(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && value.GetValue<string>().Length < 20 => number,
        _ => value.DeepClone(),
    };

    private bool Strikes() => (BitConverter.ToUInt32(Ids.Uuid(seed, "inexact", Interlocked.Increment(ref draws)).ToByteArray(), 10) / (uint.MaxValue + 1.0)) < share;
}
