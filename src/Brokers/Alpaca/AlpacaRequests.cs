using System.Net.Http.Headers;
using System.Text.Json;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>The requests of Alpaca's trading API v2 that are made here, with the keys in their headers. Numbers are texts there.</summary>
public static class AlpacaRequests
{
    public const int OrdersPage = 500, ActivitiesPage = 100;

    public static HttpRequestMessage Submit(OrderTerms terms, Instrument instrument, AlpacaOptions options) => Signed(HttpMethod.Post, "v2/orders", options, Json(json =>
    {
        json.WriteString("symbol", AlpacaSymbols.Of(instrument));
        json.WriteString("qty", DecimalText.Format(terms.Quantity));
        json.WriteString("side", AlpacaWords.Of(terms.Side));
        json.WriteString("type", AlpacaWords.Of(terms.OrderType));
        json.WriteString("time_in_force", AlpacaWords.Of(terms.TimeInForce));
        Prices(json, terms);
        json.WriteString("client_order_id", terms.OrderId);
    }));

    /// <param name="leaves">What the new order is for, above 0: it begins with nothing filled.</param>
    /// <param name="revision">See <see cref="AlpacaClientId"/>.</param>
    public static HttpRequestMessage Replace(OrderTerms terms, decimal leaves, int revision, string brokerOrderId, AlpacaOptions options) => Signed(HttpMethod.Patch, Order(brokerOrderId), options, Json(json =>
    {
        json.WriteString("qty", DecimalText.Format(leaves));
        json.WriteString("time_in_force", AlpacaWords.Of(terms.TimeInForce));
        Prices(json, terms);
        json.WriteString("client_order_id", AlpacaClientId.Of(terms.OrderId, revision));
    }));

    public static HttpRequestMessage Cancel(string brokerOrderId, AlpacaOptions options) => Signed(HttpMethod.Delete, Order(brokerOrderId), options);

    public static HttpRequestMessage Get(string path, AlpacaOptions options) => Signed(HttpMethod.Get, path, options);

    public static string Order(string brokerOrderId) => $"v2/orders/{Uri.EscapeDataString(brokerOrderId)}";

    public static string OrderByClientId(string clientId) => $"v2/orders:by_client_order_id?client_order_id={Uri.EscapeDataString(clientId)}";

    /// <param name="status"><c>open</c>, <c>closed</c> or <c>all</c>.</param>
    /// <param name="after">Submitted behind this, exclusive.</param>
    public static string Orders(string status, string direction, Timestamp? after = null) =>
        $"v2/orders?status={status}&limit={OrdersPage}&direction={direction}{(after is { } time ? $"&after={Uri.EscapeDataString(time.ToString())}" : "")}";

    /// <param name="after">Exclusive.</param>
    /// <param name="page">Id of the last activity that is known; null for the first page.</param>
    public static string Fills(Timestamp after, string? page) =>
        $"v2/account/activities?activity_types=FILL&direction=asc&page_size={ActivitiesPage}&after={Uri.EscapeDataString(after.ToString())}{(page is null ? "" : $"&page_token={Uri.EscapeDataString(page)}")}";

    private static HttpRequestMessage Signed(HttpMethod method, string path, AlpacaOptions options, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.TryAddWithoutValidation("APCA-API-KEY-ID", options.KeyId.Reveal());
        request.Headers.TryAddWithoutValidation("APCA-API-SECRET-KEY", options.SecretKey.Reveal());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private static void Prices(Utf8JsonWriter json, OrderTerms terms)
    {
        if (terms is { OrderType: OrderType.Limit or OrderType.StopLimit, LimitPrice: { } limit }) json.WriteString("limit_price", DecimalText.Format(limit));
        if (terms is { OrderType: OrderType.Stop or OrderType.StopLimit, StopPrice: { } stop }) json.WriteString("stop_price", DecimalText.Format(stop));
    }

    private static ByteArrayContent Json(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
