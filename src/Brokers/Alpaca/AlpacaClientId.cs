using System.Globalization;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// A replacement is a new order at Alpaca and needs a client order id that no order had. So the first order has ours, <c>fund-17</c>, and its
/// replacements <c>fund-17-r1</c>, <c>fund-17-r2</c>: an order id of ours ends in a number, so none of them can be mistaken for another order.
/// </summary>
public static class AlpacaClientId
{
    /// <summary>Of Alpaca's specification.</summary>
    public const int MaxLength = 48;

    /// <summary>An order can be replaced this often.</summary>
    public const int MaxRevision = 999;

    /// <summary>What is left for our own id.</summary>
    public const int MaxOrderIdLength = MaxLength - 5;

    /// <param name="revision">0 is the order itself.</param>
    public static string Of(string orderId, int revision) => revision == 0 ? orderId : $"{orderId}-r{revision}";

    /// <summary>Our order id, empty where Alpaca has made the id up: then it is a UUID.</summary>
    public static (string OrderId, int Revision) Read(string? clientId)
    {
        if (string.IsNullOrEmpty(clientId) || Guid.TryParseExact(clientId, "D", out _)) return ("", 0);
        var at = clientId.LastIndexOf("-r", StringComparison.Ordinal);
        return at > 0 && clientId.Length - at <= 5 && int.TryParse(clientId.AsSpan(at + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && revision > 0
            ? (clientId[..at], revision) : (clientId, 0);
    }
}
