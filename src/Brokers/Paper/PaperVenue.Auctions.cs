using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Paper;

// Opening and closing auctions.
public sealed partial class PaperVenue
{
    public void OnClose(Order order, Instrument instrument, MarketView market, Timestamp at, ICollection<ExecutionReport> reports) =>
        Cross(order, instrument, Auction.Close(market, order.Terms.Side), at, reports);

    /// <summary>Everybody gets the auction's price: there is neither spread nor slippage, and no second chance.</summary>
    private void Cross(Order order, Instrument instrument, in Auction auction, Timestamp at, ICollection<ExecutionReport> reports)
    {
        var (side, terms) = (order.Terms.Side, order.Terms);
        var reachable = auction.Price > 0m && (terms.LimitPrice is not { } limit || !side.Beats(limit, auction.Price));
        var available = reachable ? Available(order, instrument, auction.Size) : 0m;
        if (available > 0m)
        {
            var paid = side.ToTick(auction.Price + (side.Sign() * Impact.PerUnit(settings, instrument, order.Filled, available, auction.Price)), instrument);
            if (terms.LimitPrice is { } bound) paid = side.Better(paid, bound);
            Fill(order, instrument, available, paid, at, reports);
        }

        if (available == order.Leaves) return;
        var why = auction.Price <= 0m ? "the auction found no price"
            : reachable ? "the auction does not show enough" : $"the auction was at {auction.Price}, beyond the limit of {terms.LimitPrice}";
        reports.Add(new ExecutionReport(terms.OrderId, ReportKind.Cancelled, "", 0m, 0m, 0m, why, at));
    }
}
