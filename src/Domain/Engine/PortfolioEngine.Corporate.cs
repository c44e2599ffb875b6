using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

// What happens to a holding without a trade.
public sealed partial class PortfolioEngine
{
    /// <summary>
    /// A split cancels open orders, exits too, and entries that it ends get none: their price and quantity speak of shares that are no more (Interactive Brokers cancels
    /// good-till-cancelled orders on any split too). A dividend leaves them.
    /// </summary>
    private void OnCorporateAction(Signal signal, InstrumentBook book)
    {
        var cause = Cause.Of("signal", $"{signal.Feed}:{signal.Sequence}");
        if (signal.Kind == SignalKind.Split)
        {
            foreach (var order in book.Open.ToArray())
                Cancel(order, "rule:SPLIT", $"{signal.Instrument} was split {signal.NewShares:0.######} for {signal.OldShares:0.######}; send a new order in new shares", signal.Time, cause);
            // A bracket speaks of old shares too.
            entered.RemoveAll(o => o.Terms.Instrument == signal.Instrument);
        }

        var before = book.MarketValue;
        book.Market.GoEx(signal);
        book.Ledger.PositionValue += book.MarketValue - before;
        if (signal.Kind == SignalKind.Split)
        {
            if (Splitting.Decide(state, book, signal) is { } split) record.Put(split, null, cause);
        }
        else if (Dividends.Decide(state, book, signal) is { } dividend)
        {
            record.Put(dividend, null, cause);
        }

        book.Revalue();
        Moved(book);
    }

    /// <summary>The day that ends charges for what was held short; it is valued at the day's last prices, which are still known.</summary>
    private void ChargeForBorrowing(string day, Timestamp time)
    {
        var days = DateOnly.ParseExact(day, "yyyy-MM-dd").DayNumber - DateOnly.ParseExact(state.TradingDay, "yyyy-MM-dd").DayNumber;
        foreach (var book in state.Books.Values)
            if (book.Position.Quantity < 0m && Borrowing.Decide(state, book, Venue!.BorrowRate(book.Instrument), days, time) is { } fee) record.Put(fee, null);
    }
}
