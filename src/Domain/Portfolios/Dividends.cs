using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>
/// A cash dividend, booked on the ex-date: from then on the price is without it. A short pays it. Stream portfolio-{id}.
/// </summary>
/// <param name="PerShare">Before tax, in the instrument's currency.</param>
/// <param name="Amount">Quantity × multiplier × <paramref name="PerShare"/>.</param>
public sealed record DividendPaid(HoldingChange Holding, decimal PerShare, decimal Amount, Timestamp AsOf) : DomainEvent;

internal static class Dividends
{
    /// <returns>Null if nobody holds anything.</returns>
    public static DividendPaid? Decide(PortfolioState state, InstrumentBook book, Signal dividend)
    {
        var holders = HoldingChange.Holders(state, dividend.Instrument);
        if (book.Position.Quantity == 0m && holders.Length == 0) return null;
        var perUnit = dividend.CashPerShare * book.Instrument.Multiplier;
        var shares = Array.ConvertAll(holders, h =>
            new ExecutionShare(h.Agent, 0m, 0m, h.Position.Quantity * perUnit, h.Position.Quantity, h.Position.Cost));
        var amount = book.Position.Quantity * perUnit;
        var holding = new HoldingChange(
            state.Portfolio, dividend.Instrument, book.Instrument.Currency, amount, 0m, book.Position.Quantity, book.Position.Cost, shares);
        return new DividendPaid(holding, dividend.CashPerShare, amount, dividend.Time);
    }
}
