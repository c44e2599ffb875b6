using System.Collections.Frozen;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Alpaca's words for what FIX and we have words for.</summary>
public static class AlpacaWords
{
    /// <summary>
    /// Where an order stands, by its status. An order that Alpaca has and no venue yet is <c>Submitted</c>; what can trade again, today or on
    /// another day, is <c>New</c>; one that was <c>replaced</c> goes on as another order, so as long as that is not found it is being replaced.
    /// </summary>
    public static FrozenDictionary<string, OrderState> Statuses { get; } = new Dictionary<string, OrderState>
    {
        ["accepted"] = OrderState.Submitted, ["pending_new"] = OrderState.Submitted, ["accepted_for_bidding"] = OrderState.Submitted, ["held"] = OrderState.Submitted,
        ["new"] = OrderState.New, ["partially_filled"] = OrderState.PartiallyFilled, ["filled"] = OrderState.Filled,
        ["stopped"] = OrderState.New, ["suspended"] = OrderState.New, ["done_for_day"] = OrderState.New, ["calculated"] = OrderState.New,
        ["canceled"] = OrderState.Canceled, ["expired"] = OrderState.Expired, ["rejected"] = OrderState.Rejected,
        ["pending_cancel"] = OrderState.PendingCancel, ["pending_replace"] = OrderState.PendingReplace, ["replaced"] = OrderState.PendingReplace,
    }.ToFrozenDictionary();

    /// <summary>
    /// What an event of <c>trade_updates</c> reports; null for those that move nothing: the broker's steps on the way, which the answer to our
    /// call or the next event tells. An event that is not here may matter, so whoever listens is told to ask.
    /// </summary>
    public static FrozenDictionary<string, ReportKind?> Events { get; } = new Dictionary<string, ReportKind?>
    {
        ["new"] = ReportKind.Acknowledged, ["partial_fill"] = ReportKind.PartialFill, ["fill"] = ReportKind.Fill, ["canceled"] = ReportKind.Cancelled,
        ["expired"] = ReportKind.Expired, ["rejected"] = ReportKind.Rejected, ["replaced"] = ReportKind.Replaced,
        ["order_replace_rejected"] = ReportKind.ReplaceRefused, ["order_cancel_rejected"] = ReportKind.CancelRefused,
        ["accepted"] = null, ["pending_new"] = null, ["accepted_for_bidding"] = null, ["held"] = null, ["pending_cancel"] = null, ["pending_replace"] = null,
        ["stopped"] = null, ["suspended"] = null, ["calculated"] = null, ["done_for_day"] = null,
    }.ToFrozenDictionary();

    /// <summary>By the status, and by what has filled where the status does not tell it. A word that we do not know leaves it in doubt.</summary>
    public static OrderState State(string? status, decimal filled, decimal? quantity) =>
        !Statuses.TryGetValue(status ?? "", out var state) ? OrderState.InDoubt
        : state != OrderState.New || filled <= 0m ? state
        : filled >= quantity ? OrderState.Filled : OrderState.PartiallyFilled;

    public static string Of(Side side) => side == Side.Buy ? "buy" : "sell";

    public static string Of(OrderType type) => type switch
    {
        OrderType.Market => "market",
        OrderType.Limit => "limit",
        OrderType.Stop => "stop",
        OrderType.StopLimit => "stop_limit",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Alpaca has no word for it"),
    };

    public static string Of(TimeInForce force) => force switch
    {
        TimeInForce.Day => "day",
        TimeInForce.Gtc => "gtc",
        TimeInForce.Ioc => "ioc",
        TimeInForce.Fok => "fok",
        _ => throw new ArgumentOutOfRangeException(nameof(force), force, "Alpaca has no word for it"),
    };

    public static Side ReadSide(string? word) => word == "sell" ? Side.Sell : Side.Buy;

    /// <summary>A trailing stop, which we do not send, is a stop whose price moves.</summary>
    public static OrderType ReadType(string? word) => word switch
    {
        "limit" => OrderType.Limit,
        "stop" or "trailing_stop" => OrderType.Stop,
        "stop_limit" => OrderType.StopLimit,
        _ => OrderType.Market,
    };
}
