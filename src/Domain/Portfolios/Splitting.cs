using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>A held instrument was split: so many new shares stand for so many old ones, at the same cost. Stream portfolio-{id}.</summary>
/// <param name="CashInLieu">Paid for the fraction that is no whole lot, at <paramref name="Price"/>; negative for a short.</param>
/// <param name="Price">The last price known, in new shares.</param>
public sealed record PositionSplit(HoldingChange Holding, decimal NewShares, decimal OldShares, decimal CashInLieu, decimal Price, Timestamp AsOf) : DomainEvent;

/// <summary>
/// A split multiplies the quantity and leaves the cost, so the average price falls by the same ratio. What is left over a whole lot is
/// sold at the last price, as brokers pay cash in lieu of fractions; agents share in it so that their holdings still sum to the whole.
/// </summary>
internal static class Splitting
{
    /// <param name="book">Its market is already told in new shares.</param>
    /// <returns>Null if nobody holds anything.</returns>
    public static PositionSplit? Decide(PortfolioState state, InstrumentBook book, Signal split)
    {
        var holders = HoldingChange.Holders(state, split.Instrument);
        if (book.Position.Quantity == 0m && holders.Length == 0) return null;
        var price = book.Market.Mark;
        var whole = Convert(book.Position, Lots(book.Position.Quantity));

        var shares = new ExecutionShare[holders.Length];
        var left = whole.Quantity;
        for (var i = 0; i < shares.Length; i++)
        {
            var (agent, position) = holders[i];
            var own = Convert(position, i == shares.Length - 1 ? left : Lots(position.Quantity));
            left -= own.Quantity;
            shares[i] = new ExecutionShare(agent, 0m, 0m, own.Realised, own.Quantity, own.Cost);
        }

        var holding = new HoldingChange(
            state.Portfolio, split.Instrument, book.Instrument.Currency, whole.Realised, 0m, whole.Quantity, whole.Cost, shares);
        return new PositionSplit(
            holding, split.NewShares, split.OldShares, book.Position.Cost - whole.Cost + whole.Realised, price, split.Time);

        // Multiplied first: 300 shares at one for three are 100, and a third has no last digit.
        decimal Exact(decimal quantity) => quantity * split.NewShares / split.OldShares;
        decimal Lots(decimal quantity) => book.Instrument.FloorToLot(Exact(quantity));
        (decimal Quantity, decimal Cost, decimal Realised) Convert(Position position, decimal after)
        {
            var exact = Exact(position.Quantity);
            if (exact == after) return (after, position.Cost, 0m);
            var (_, cost, realised) = Position.After(exact, position.Cost, after - exact, price, book.Instrument.Multiplier);
            return (after, after == 0m ? 0m : cost, realised);
        }
    }
}
