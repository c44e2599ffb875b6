using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Shares">JSON array of <c>ExecutionShare</c>.</param>
internal sealed record FillRow(
    long Seq, string ExecutionId, string OrderId, string DecisionId, string Portfolio, string Instrument, Side SideOfOrder, decimal Quantity,
    decimal Price, decimal Fee, string Currency, decimal Realised, decimal PositionAfter, decimal CostAfter, decimal CumulativeQuantity,
    decimal LeavesQuantity, [property: Jsonb] string Shares, Timestamp AsOf, Timestamp RecordedAt);

/// <summary>Every execution, with what it did to the book.</summary>
internal sealed class Fills
{
    public AddedRows<long, FillRow> Rows { get; } = new("fill_rows", 1, r => r.Seq);

    public void Apply(Execution e, RecordedEvent recorded) => Rows.Add(recorded.SeqId, new FillRow(
        recorded.SeqId, e.ExecutionId, e.OrderId, e.DecisionId, e.Portfolio, e.Instrument, e.Side, e.Quantity, e.Price, e.Fee, e.Currency, e.Realised,
        e.PositionAfter, e.CostAfter, e.CumulativeQuantity, e.LeavesQuantity, JsonSerializer.Serialize(e.Shares, EventJson.Options), e.AsOf,
        Timestamp.From(recorded.Timestamp)));
}
