using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>What a short position cost for the days since the trading day opened. Stream portfolio-{id}.</summary>
/// <param name="Rate">A year, as a share of the market value.</param>
/// <param name="MarketValue">Of the short at the day's last price, above zero.</param>
/// <param name="Days">Calendar days: a Friday's short pays for the weekend.</param>
public sealed record BorrowFeeCharged(HoldingChange Holding, decimal Rate, decimal MarketValue, int Days, Timestamp AsOf) : DomainEvent;

/// <summary>Market value × rate × days / 360, the money market's day count for dollars, charged as the trading day ends.</summary>
internal static class Borrowing
{
    private const int DaysPerYear = 360, Digits = 4;

    /// <returns>Null if the position is not short or the fee rounds to nothing.</returns>
    public static BorrowFeeCharged? Decide(PortfolioState state, InstrumentBook book, decimal rate, int days, Timestamp asOf)
    {
        var position = book.Position;
        if (rate <= 0m || position.Quantity >= 0m) return null;
        var value = -book.MarketValue;
        var fee = Math.Round(value * rate * days / DaysPerYear, Digits, MidpointRounding.AwayFromZero);
        if (fee <= 0m) return null;

        // An agent that is long has lent to one that is short: it gets what that one pays.
        var holders = HoldingChange.Holders(state, book.Instrument.Id);
        var shares = new ExecutionShare[holders.Length];
        var left = fee;
        for (var i = 0; i < shares.Length; i++)
        {
            var (agent, own) = holders[i];
            var part = i == shares.Length - 1 ? left : Math.Round(fee * (own.Quantity / position.Quantity), Position.CostDigits);
            left -= part;
            shares[i] = new ExecutionShare(agent, 0m, part, 0m, own.Quantity, own.Cost);
        }

        var holding = new HoldingChange(state.Portfolio, book.Instrument.Id, book.Instrument.Currency, 0m, fee, position.Quantity, position.Cost, shares);
        return new BorrowFeeCharged(holding, rate, value, days, asOf);
    }
}
