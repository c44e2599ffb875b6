using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// Where one order cannot carry a position through zero, a vote that wants it only closes the position; who still wants the rest says so in the next round.
/// A person's word is not cut: risk answers it.
/// </summary>
internal static class Closing
{
    public static Tally Cut(in Tally tally, InstrumentBook book)
    {
        var side = tally.Action == DecisionAction.Buy ? Side.Buy : Side.Sell;
        if (tally.Action == DecisionAction.Hold || book.Closable(side) == 0m) return tally;
        var left = Math.Max(0m, book.Unprotected(side));
        if (tally.Quantity <= left) return tally;
        var reason = tally.Reason.And(
            static n => $"cut from {Wording.Text(n[0])} to {Wording.Text(n[1])}: one order cannot carry the position of {Wording.Text(n[2])} through zero at this broker", tally.Quantity, left, book.Position.Quantity);
        return left == 0m ? tally with { Action = DecisionAction.Hold, Quantity = 0m, Allocation = [], Reason = reason, Leading = null }
            : tally with { Quantity = left, Allocation = Exits.Scaled(tally.Allocation, left, book.Instrument), Reason = reason };
    }
}
