using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Bodies of requests.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, bool>))]
internal sealed partial class IbkrBodies : JsonSerializerContext
{
    public static byte[] Confirmed(bool yes) => JsonSerializer.SerializeToUtf8Bytes(new() { ["confirmed"] = yes }, Default.DictionaryStringBoolean);

    /// <summary>One order among <c>orders</c>.</summary>
    public static byte[] Submission(OrderTerms terms, long conid, string accountId) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("orders");
        Order(json, terms, conid, accountId, named: true);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>A change has the whole order as it shall be.</summary>
    public static byte[] Change(OrderTerms terms, long conid, string accountId) => Written(json => Order(json, terms, conid, accountId, named: false));

    /// <summary>A stop's price stands in <c>price</c>; a stop limit has its limit there and its stop in <c>auxPrice</c>.</summary>
    private static void Order(Utf8JsonWriter json, OrderTerms terms, long conid, string accountId, bool named)
    {
        json.WriteStartObject();
        json.WriteString("acctId", accountId);
        json.WriteNumber("conid", conid);
        if (named) json.WriteString("cOID", terms.OrderId);
        json.WriteString("orderType", IbkrWords.Of(terms.OrderType));
        json.WriteString("side", IbkrWords.Of(terms.Side));
        json.WriteString("tif", IbkrWords.Of(terms.TimeInForce));
        json.WriteNumber("quantity", terms.Quantity);
        if (terms is { OrderType: OrderType.Limit or OrderType.StopLimit, LimitPrice: { } limit }) json.WriteNumber("price", limit);
        if (terms is { OrderType: OrderType.Stop, StopPrice: { } stop }) json.WriteNumber("price", stop);
        if (terms is { OrderType: OrderType.StopLimit, StopPrice: { } trigger }) json.WriteNumber("auxPrice", trigger);
        json.WriteBoolean("outsideRTH", value: false);
        json.WriteEndObject();
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
