using System.Collections.Frozen;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Interactive Brokers' words for what FIX and we have words for.</summary>
public static class IbkrWords
{
    /// <summary>
    /// Where an order stands, by its status. An order that no venue has confirmed is <c>Submitted</c>; one that the broker holds until its time or
    /// price comes is <c>New</c>; <c>Inactive</c> is one that was refused; a warning at an order leaves open what became of it.
    /// </summary>
    public static FrozenDictionary<string, OrderState> Statuses { get; } = new Dictionary<string, OrderState>
    {
        ["PendingSubmit"] = OrderState.Submitted, ["PreSubmitted"] = OrderState.New, ["Submitted"] = OrderState.New, ["Filled"] = OrderState.Filled,
        ["PendingCancel"] = OrderState.PendingCancel, ["Cancelled"] = OrderState.Canceled, ["Inactive"] = OrderState.Rejected, ["WarnState"] = OrderState.InDoubt,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the status, and by what has filled where the status does not tell it. A word that we do not know leaves it in doubt.</summary>
    public static OrderState State(string? status, decimal filled) => !Statuses.TryGetValue(status ?? "", out var state) ? OrderState.InDoubt
        : filled <= 0m ? state
        : state switch { OrderState.New or OrderState.Submitted => OrderState.PartiallyFilled, OrderState.Rejected => OrderState.Canceled, _ => state };

    /// <summary>
    /// What a change of an order reports; null for one that moves nothing. Fills are told by trades alone, which have the execution's id and price.
    /// </summary>
    /// <param name="was">As it was last heard of; null if never.</param>
    public static ReportKind? Change(BrokerOrder? was, BrokerOrder now) => now.State switch
    {
        OrderState.Canceled when was?.State != OrderState.Canceled => ReportKind.Cancelled,
        OrderState.Rejected when was?.State != OrderState.Rejected => ReportKind.Rejected,
        OrderState.New or OrderState.PartiallyFilled => was?.State switch
        {
            null or OrderState.Submitted or OrderState.InDoubt => ReportKind.Acknowledged,
            OrderState.PendingCancel => ReportKind.CancelRefused,
            OrderState.New or OrderState.PartiallyFilled when (was.Quantity, was.LimitPrice, was.StopPrice) != (now.Quantity, now.LimitPrice, now.StopPrice) => ReportKind.Replaced,
            _ => null,
        },
        _ => null,
    };

    public static string Of(Side side) => side == Side.Buy ? "BUY" : "SELL";

    public static string Of(OrderType type) => type switch
    {
        OrderType.Market => "MKT",
        OrderType.Limit => "LMT",
        OrderType.Stop => "STP",
        OrderType.StopLimit => "STOP_LIMIT",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Interactive Brokers has no word for it"),
    };

    public static string Of(TimeInForce force) => force switch
    {
        TimeInForce.Day => "DAY",
        TimeInForce.Gtc => "GTC",
        TimeInForce.Ioc => "IOC",
        _ => throw new ArgumentOutOfRangeException(nameof(force), force, "Interactive Brokers' Web API has no word for it"),
    };

    /// <summary><c>BUY</c> and <c>SELL</c> in orders, <c>B</c> and <c>S</c> in trades, <c>SSHORT</c> at times.</summary>
    public static Side? ReadSide(string? word) => word is not { Length: > 0 } ? null : word[0] is 'B' or 'b' ? Side.Buy : Side.Sell;

    /// <summary><c>Limit</c>, <c>LIMIT</c>, <c>LMT</c>, <c>STOP_LIMIT</c>, <c>Stop Limit</c>, <c>STP LMT</c>. A trailing stop, which we do not send, is a stop whose price moves.</summary>
    public static OrderType? ReadType(string? word)
    {
        if (string.IsNullOrEmpty(word)) return null;
        var stop = word.Contains("ST", StringComparison.OrdinalIgnoreCase) || word.Contains("TRAIL", StringComparison.OrdinalIgnoreCase);
        var limit = word.Contains("LIM", StringComparison.OrdinalIgnoreCase) || word.Contains("LMT", StringComparison.OrdinalIgnoreCase);
        return (stop, limit) switch { (true, true) => OrderType.StopLimit, (true, false) => OrderType.Stop, (false, true) => OrderType.Limit, _ => OrderType.Market };
    }
}
