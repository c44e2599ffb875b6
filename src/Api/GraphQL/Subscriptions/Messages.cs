using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.Types;

#pragma warning disable MA0048 // the messages of one subscription type

namespace EventSourcedTrading.Api.GraphQL.Subscriptions;

/// <summary>A message is an event of the log, the moment that it was committed.</summary>
public abstract record Message(RecordedEvent Recorded)
{
    [GraphQLIgnore]
    public RecordedEvent Recorded { get; } = Recorded;

    /// <summary>Its place in the log: subscribe with it as `after` to go on behind this message.</summary>
    public long Position => Recorded.SeqId;

    public Timestamp RecordedAt => Timestamp.From(Recorded.Timestamp);

    /// <summary>The event's type, such as `order_filled`.</summary>
    public string Type => Recorded.Type;

    /// <summary>All that the event says, with references in the place of persons.</summary>
    public JsonElement Data => JsonElement.Parse(Recorded.Data.Span);

    /// <summary>The decision that it belongs to.</summary>
    public string? CorrelationId => Recorded.CorrelationId;

    protected static DomainEvent Read(RecordedEvent e) => EventJson.Deserialize(e.Type, e.Data.Span) ?? throw new InvalidOperationException($"event {e.SeqId} of type {e.Type} has no object");
}

/// <summary>A decision was made, or overridden by a person.</summary>
public sealed record DecisionMessage(RecordedEvent Recorded) : Message(Recorded)
{
    public string DecisionId => Recorded.StreamId["round-".Length..];
}

/// <summary>An order was approved, blocked, sent, acknowledged, filled, cancelled, …</summary>
public sealed record OrderMessage(RecordedEvent Recorded) : Message(Recorded)
{
    public string OrderId => Recorded.StreamId["order-".Length..];
}

/// <summary>A part of an order was executed.</summary>
public sealed record FillMessage(RecordedEvent Recorded) : Message(Recorded)
{
    public Execution Execution { get; } = Read(Recorded) switch
    {
        OrderPartiallyFilled e => e.Execution,
        OrderFilled e => e.Execution,
        _ => throw new InvalidOperationException($"event {Recorded.SeqId} is no fill"),
    };
}

/// <summary>A limit was hit, or nearly so.</summary>
public sealed record ViolationMessage(RecordedEvent Recorded) : Message(Recorded)
{
    public RiskViolationDetected Violation { get; } = (RiskViolationDetected)Read(Recorded);
}

/// <summary>What a portfolio holds and has earned, after the event at this place of the log. Those between are left out when they come fast.</summary>
public sealed record BookMessage(
    long Position, string Portfolio, IReadOnlyList<PositionView> Positions, PortfolioProfitView? Profit, EquityView? Equity);

[ObjectType<DecisionMessage>]
public static class DecisionMessageNode
{
    /// <summary>The decision as it stands once its read model has taken this event.</summary>
    public static async Task<DecisionView?> GetDecisionAsync([Parent] DecisionMessage of, ReadModelProgress progress, DecisionsById decisions, CancellationToken ct)
    {
        await progress.WaitAsync("decisions", of.Position, ct);
        return await decisions.LoadAsync(of.DecisionId, ct);
    }
}

[ObjectType<OrderMessage>]
public static class OrderMessageNode
{
    /// <summary>The order as it stands once its read model has taken this event.</summary>
    public static async Task<OrderView?> GetOrderAsync([Parent] OrderMessage of, ReadModelProgress progress, OrdersById orders, CancellationToken ct)
    {
        await progress.WaitAsync("orders", of.Position, ct);
        return await orders.LoadAsync(of.OrderId, ct);
    }
}
