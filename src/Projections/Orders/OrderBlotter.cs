using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Orders;

/// <param name="Notional">Σ quantity × price of the fills: what the average price is made from.</param>
/// <param name="Reason">Why it was blocked, cancelled, rejected, has expired or is in doubt.</param>
internal sealed record OrderRow(
    string OrderId, string Portfolio, string DecisionId, string Instrument, Side SideOfOrder, decimal Quantity, OrderType OrderType,
    decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce, OrderState State, decimal Filled, decimal Notional, decimal Fees,
    decimal Realised, string? Currency, long Fills, string? Reason, string? Broker, string? BrokerOrderId, decimal? ReferencePrice,
    decimal? Reserved, long Anomalies, [property: Jsonb] string Checks, [property: Jsonb] string Allocation, Timestamp AsOf,
    Timestamp? SubmittedAt, Timestamp? AcknowledgedAt, Timestamp? FirstFillAt, Timestamp? EndedAt, Timestamp RecordedAt,
    Timestamp UpdatedAt, long FirstSeq, long LastSeq, long Version);

/// <summary>Every order with its terms, state and fills.</summary>
internal sealed class OrderBlotter : Projection
{
    private const string Prefix = "order-";
    private readonly Rows<string, OrderRow> rows = new("order_rows", 1, r => r.OrderId, wanted: 20_000);

    public OrderBlotter() => Tables = [rows];

    public override string Name => "orders";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
    [
        Alias<OrderApproved>(), Alias<OrderBlocked>(), Alias<OrderSubmissionAttempted>(), Alias<OrderSubmitted>(), Alias<OrderAcknowledged>(),
        Alias<OrderPartiallyFilled>(), Alias<OrderFilled>(), Alias<OrderCancelRequested>(), Alias<OrderCancelled>(),
        Alias<OrderReplaceRequested>(), Alias<OrderReplaced>(), Alias<OrderRejected>(), Alias<OrderExpired>(), Alias<OrderInDoubt>(),
        Alias<OrderAnomalyNoted>(),
    ];

    public override void Prepare(Fact fact)
    {
        if (fact.Recorded.Version > 1) rows.Want(IdOf(fact));
    }

    public override void Apply(Fact fact)
    {
        // A venue that reports an order we never made: noted in the log, but there is no order to show.
        if (fact.Event is OrderAnomalyNoted { State: OrderState.None }) return;
        var row = fact.Event switch
        {
            OrderApproved e => New(e.Terms, OrderState.Approved, e.Checks, e.Allocation, e.AsOf, fact) with { ReferencePrice = e.ReferencePrice, Reserved = e.Reserved },
            OrderBlocked e => New(e.Terms, OrderState.Blocked, e.Checks, e.Allocation, e.AsOf, fact) with
            {
                ReferencePrice = e.ReferencePrice,
                Reason = e.Reason,
                EndedAt = e.AsOf,
            },
            _ => Next(rows.Find(IdOf(fact)) ?? throw new InvalidOperationException($"order '{IdOf(fact)}' was neither approved nor blocked before."), fact),
        };
        rows.Set(row with
        {
            UpdatedAt = Timestamp.From(fact.Recorded.Timestamp),
            LastSeq = fact.Recorded.SeqId,
            Version = fact.Recorded.Version,
        });
    }

    private static OrderRow Next(OrderRow row, Fact fact) => fact.Event switch
    {
        OrderSubmissionAttempted e => Step(row, ReportKind.SubmissionAttempted) with { Broker = e.Broker },
        OrderSubmitted e => Step(row, ReportKind.Submitted) with { Broker = e.Broker, SubmittedAt = e.AsOf, Reason = null },
        OrderAcknowledged e => Step(row, ReportKind.Acknowledged) with { BrokerOrderId = e.BrokerOrderId, AcknowledgedAt = e.AsOf, Reason = null },
        OrderPartiallyFilled e => Step(Fill(row, e.Execution), ReportKind.PartialFill),
        OrderFilled e => Ended(Fill(row, e.Execution), ReportKind.Fill, null, e.Execution.AsOf),
        OrderCancelRequested => Step(row, ReportKind.CancelRequested),
        OrderReplaceRequested => Step(row, ReportKind.ReplaceRequested),
        OrderReplaced e => Step(row, ReportKind.Replaced) with { Quantity = e.Quantity, LimitPrice = e.LimitPrice, StopPrice = e.StopPrice, BrokerOrderId = e.BrokerOrderId ?? row.BrokerOrderId },
        OrderCancelled e => Ended(row, ReportKind.Cancelled, e.Reason, e.AsOf),
        OrderRejected e => Ended(row, ReportKind.Rejected, e.Reason, e.AsOf),
        OrderExpired e => Ended(row, ReportKind.Expired, e.Reason, e.AsOf),
        OrderInDoubt e => Step(row, ReportKind.InDoubt) with { Reason = e.Reason },
        OrderAnomalyNoted => row with { Anomalies = row.Anomalies + 1 },
        _ => row,
    };

    private static OrderRow Step(OrderRow row, ReportKind report) =>
        row with { State = OrderTransitions.Next(row.State, report, row.Filled > 0m) ?? row.State };

    private static OrderRow Ended(OrderRow row, ReportKind report, string? reason, Timestamp at) =>
        Step(row, report) with { Reason = reason, EndedAt = at };

    private static OrderRow New<TChecks, TAllocation>(
        OrderTerms terms, OrderState state, TChecks checks, TAllocation allocation, Timestamp asOf, Fact fact) => new(
        terms.OrderId, terms.Portfolio, terms.DecisionId, terms.Instrument, terms.Side, terms.Quantity, terms.OrderType,
        terms.LimitPrice, terms.StopPrice, terms.TimeInForce, state, 0m, 0m, 0m, 0m, null, 0, null, null, null, null, null, 0,
        JsonSerializer.Serialize(checks, EventJson.Options), JsonSerializer.Serialize(allocation, EventJson.Options), asOf,
        null, null, null, null, Timestamp.From(fact.Recorded.Timestamp), default, fact.Recorded.SeqId, 0, 0);

    private static OrderRow Fill(OrderRow row, Execution e) => row with
    {
        Filled = e.CumulativeQuantity,
        Notional = row.Notional + (e.Quantity * e.Price),
        Fees = row.Fees + e.Fee,
        Realised = row.Realised + e.Realised,
        Currency = e.Currency,
        Fills = row.Fills + 1,
        FirstFillAt = row.FirstFillAt ?? e.AsOf,
    };

    private static string IdOf(Fact fact) => fact.Recorded.StreamId.StartsWith(Prefix, StringComparison.Ordinal)
        ? fact.Recorded.StreamId[Prefix.Length..]
        : throw new InvalidOperationException($"an event of an order stands in stream '{fact.Recorded.StreamId}', which is not {Prefix}….");
}
