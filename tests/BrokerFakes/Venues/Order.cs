namespace EventSourcedTrading.BrokerFakes.Venues;

public enum Side { Buy, Sell }

public enum OrderType { Market, Limit, Stop, StopLimit, TrailingStop }

/// <summary><c>Opg</c> and <c>Cls</c> trade in the auction alone, at <see cref="Venue.Open"/> and <see cref="Venue.Close"/>.</summary>
public enum TimeInForce { Day, Gtc, Opg, Cls, Ioc, Fok }

/// <summary><c>Accepted</c>: kept until the market opens. <c>Held</c>: a leg that waits for its parent.</summary>
public enum OrderState { PendingNew, Accepted, Held, New, PartiallyFilled, Filled, Canceled, Expired, Rejected, Replaced }

/// <summary>What a client asked for. Prices in the instrument's currency, quantities in its units; both above 0.</summary>
/// <param name="ClientId">The client's own id of the order.</param>
/// <param name="Quantity">0 for an order by <paramref name="Notional"/>, until a price tells the quantity.</param>
/// <param name="Notional">An amount of money to trade instead of a quantity.</param>
/// <param name="TrailPrice">Distance of a trailing stop from the best price since, as money.</param>
/// <param name="TrailPercent">The same in percent of that price.</param>
/// <param name="Group">Orders of one group cancel each other when one of them has filled.</param>
/// <param name="Parent">Id of the order whose fill sets this one to work.</param>
/// <param name="Style">The broker's own word for the order class or type; the venue does not read it.</param>
public sealed record Ticket(
    string ClientId, string Symbol, Side Side, decimal Quantity, OrderType Type, TimeInForce TimeInForce,
    decimal? LimitPrice = null, decimal? StopPrice = null, decimal? TrailPrice = null, decimal? TrailPercent = null,
    decimal? Notional = null, bool ExtendedHours = false, string? Group = null, string? Parent = null, string Style = "");

/// <summary>An order as it stands; each change makes a new value, so a report keeps what it reported.</summary>
public sealed record Order(string Id, long Number, Ticket Ticket, OrderState State, DateTimeOffset SubmittedAt)
{
    public decimal Filled { get; init; }

    /// <summary>Of the fills so far, weighted by quantity; null before the first.</summary>
    public decimal? AveragePrice { get; init; }

    public DateTimeOffset UpdatedAt { get; init; } = SubmittedAt;

    /// <summary>When it filled, was cancelled, expired, was rejected or was replaced.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>A cancel was accepted and not carried out yet; the order may still fill.</summary>
    public bool CancelPending { get; init; }

    public string? Replaces { get; init; }
    public string? ReplacedBy { get; init; }
    public string? Reason { get; init; }

    /// <summary>A stop that was set off.</summary>
    public bool Triggered { get; init; }

    /// <summary>Best price since the order came, of a trailing stop.</summary>
    public decimal? HighWaterMark { get; init; }

    public decimal Remaining => Ticket.Quantity - Filled;
    public bool IsOpen => State is OrderState.PendingNew or OrderState.Accepted or OrderState.Held or OrderState.New or OrderState.PartiallyFilled;
    public bool IsWorking => State is OrderState.New or OrderState.PartiallyFilled;
}

/// <summary>A trade of an order; <paramref name="Quantity"/> above 0.</summary>
public sealed record Execution(string Id, long Number, string OrderId, string ClientId, string Symbol, Side Side, decimal Quantity, decimal Price, decimal Fee, decimal CumulativeQuantity, decimal LeavesQuantity, DateTimeOffset At);

public enum ReportKind { PendingNew, New, PartialFill, Fill, PendingCancel, Canceled, Expired, Rejected, Replaced, ReplaceRejected, CancelRejected }

/// <summary>One message of the venue about an order.</summary>
/// <param name="PositionQuantity">Signed position in the order's symbol behind this report.</param>
public sealed record Report(ReportKind Kind, Order Order, Execution? Execution, decimal PositionQuantity, DateTimeOffset At);

/// <summary>What a venue or a broker's check refuses; <paramref name="message"/> is for the client to read.</summary>
public sealed class RefusedException(string message) : Exception(message);
