using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Reserved">What approval set aside for the whole quantity, in base currency.</param>
/// <param name="Open">The part of it that is not filled yet.</param>
internal sealed record ReservationRow(
    string OrderId, string Portfolio, string Instrument, Side SideOfOrder, decimal Quantity, decimal Leaves, decimal Reserved, decimal Open);

/// <summary>
/// What open orders may still use. A fill turns its part of the reservation into a position; the end of an order frees the rest.
/// </summary>
internal sealed class Reservations
{
    public Rows<string, ReservationRow> Rows { get; } = new("reservation_rows", 1, r => r.OrderId);

    public void Apply(DomainEvent @event)
    {
        switch (@event)
        {
            case OrderApproved { Terms: var terms } e:
                Rows.Set(new ReservationRow(
                    terms.OrderId, terms.Portfolio, terms.Instrument, terms.Side, terms.Quantity, terms.Quantity, e.Reserved, e.Reserved));
                break;
            case OrderReplaced e when Rows.Find(e.OrderId) is { } row:
                // The reservation was for the old quantity: another quantity needs it in proportion.
                var reserved = row.Reserved / row.Quantity * e.Quantity;
                Leave(row with { Quantity = e.Quantity, Reserved = reserved }, row.Leaves + e.Quantity - row.Quantity);
                break;
            case OrderCancelled e:
                Rows.Remove(e.OrderId);
                break;
            case OrderRejected e:
                Rows.Remove(e.OrderId);
                break;
            case OrderExpired e:
                Rows.Remove(e.OrderId);
                break;
        }
    }

    public void Apply(Execution e)
    {
        if (Rows.Find(e.OrderId) is { } row) Leave(row, e.LeavesQuantity);
    }

    private void Leave(ReservationRow row, decimal leaves)
    {
        if (leaves <= 0m) Rows.Remove(row.OrderId);
        else Rows.Set(row with { Leaves = leaves, Open = row.Reserved * leaves / row.Quantity });
    }
}
