using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Orders;

// Stream order-{orderId}, where the order's id is {portfolio}-{number}.

/// <summary>The terms of an order, the same from decision to last fill.</summary>
/// <param name="OrderId">Also the client order id towards the broker (FIX ClOrdID).</param>
public sealed record OrderTerms(
    string OrderId, string Portfolio, string DecisionId, string Instrument, Side Side, decimal Quantity,
    OrderType OrderType, decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce)
{
    /// <summary>Of a trailing stop, and of nothing else.</summary>
    public Trail? Trail { get; init; }

    /// <summary>Exits that follow once it has filled; null for none.</summary>
    public Bracket? Bracket { get; init; }

    /// <summary>Of an exit: the entry behind which it was placed.</summary>
    public string? ParentId { get; init; }

    /// <summary>The order that ends when this one is filled or ends, and the other way round.</summary>
    public string? OneCancels { get; init; }
}

/// <param name="Checks">Every rule's verdict.</param>
/// <param name="ReferencePrice">The price that the checks and the reservation rest on, in the instrument's currency.</param>
/// <param name="Reserved">Notional set aside until the order ends, in base currency.</param>
public sealed record OrderApproved(
    OrderTerms Terms, IReadOnlyList<Allocation> Allocation, IReadOnlyList<RiskCheck> Checks,
    decimal ReferencePrice, decimal Reserved, Timestamp AsOf) : DomainEvent;

public sealed record OrderBlocked(
    OrderTerms Terms, IReadOnlyList<Allocation> Allocation, IReadOnlyList<RiskCheck> Checks,
    decimal? ReferencePrice, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>Committed before the broker is called, so that a crash in between leaves a trace to ask after.</summary>
public sealed record OrderSubmissionAttempted(string OrderId, string Broker, Timestamp AsOf) : DomainEvent;

public sealed record OrderSubmitted(string OrderId, string Broker, Timestamp AsOf) : DomainEvent;

public sealed record OrderAcknowledged(string OrderId, string BrokerOrderId, Timestamp AsOf) : DomainEvent;

/// <summary>One execution, and what it did to the book.</summary>
/// <param name="ExecutionId">The broker's (FIX ExecID); the same id again is a repeat.</param>
/// <param name="Quantity">Of this execution alone, above zero.</param>
/// <param name="Fee">In <paramref name="Currency"/>, positive is paid.</param>
/// <param name="CumulativeQuantity">Filled so far, this one included (FIX CumQty).</param>
/// <param name="Realised">Profit that this execution realised, before its fee, in <paramref name="Currency"/>.</param>
/// <param name="PositionAfter">Signed.</param>
/// <param name="Shares">The same, per agent; quantities, fees and changes of position sum to the whole.</param>
public sealed record Execution(
    string OrderId, string ExecutionId, string Portfolio, string DecisionId, string Instrument, Side Side,
    decimal Quantity, decimal Price, decimal Fee, string Currency, decimal CumulativeQuantity, decimal LeavesQuantity,
    decimal Realised, decimal PositionAfter, decimal CostAfter, IReadOnlyList<ExecutionShare> Shares, Timestamp AsOf);

/// <param name="Realised">By the agent's own average cost; sums to the whole only together with what is unrealised.</param>
public readonly record struct ExecutionShare(string Agent, decimal Quantity, decimal Fee, decimal Realised, decimal PositionAfter, decimal CostAfter);

public sealed record OrderPartiallyFilled(Execution Execution) : DomainEvent;

public sealed record OrderFilled(Execution Execution) : DomainEvent;

public sealed record OrderCancelRequested(string OrderId, string Actor, string Reason, Timestamp AsOf) : DomainEvent;

public sealed record OrderCancelled(string OrderId, decimal CancelledQuantity, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>The broker did not cancel: the order is what it was before it was asked.</summary>
public sealed record OrderCancelRefused(string OrderId, string Reason, Timestamp AsOf) : DomainEvent;

public sealed record OrderReplaceRequested(string OrderId, decimal? Quantity, decimal? LimitPrice, decimal? StopPrice, string Actor, string Reason, Timestamp AsOf) : DomainEvent;

/// <param name="BrokerOrderId">What the broker calls it from now on; null where it keeps its name.</param>
public sealed record OrderReplaced(string OrderId, decimal Quantity, decimal? LimitPrice, decimal? StopPrice, Timestamp AsOf, string? BrokerOrderId = null) : DomainEvent;

/// <summary>The broker did not replace: the order is what it was before it was asked.</summary>
public sealed record OrderReplaceRefused(string OrderId, string Reason, Timestamp AsOf) : DomainEvent;

public sealed record OrderRejected(string OrderId, string Reason, Timestamp AsOf) : DomainEvent;

public sealed record OrderExpired(string OrderId, decimal ExpiredQuantity, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>The broker was called and did not answer. Nothing is guessed; it is asked by client order id.</summary>
public sealed record OrderInDoubt(string OrderId, string Reason, Timestamp AsOf) : DomainEvent;

/// <summary>The broker said something that the order's state does not allow. Kept, shown, never acted on.</summary>
public sealed record OrderAnomalyNoted(string OrderId, OrderState State, string Report, string Detail, Timestamp AsOf) : DomainEvent;
