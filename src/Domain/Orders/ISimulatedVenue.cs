using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>
/// A venue whose answers follow from orders and market data alone: no clock, no memory of its own, no randomness but what is
/// drawn from a seed and the order's id. So it runs inside the engine's batch, and a replay fills alike (ADR 0005).
/// </summary>
public interface ISimulatedVenue
{
    string Name { get; }

    /// <summary>The order arrives: accepted or rejected, and what can trade at once does.</summary>
    void OnOrder(Order order, Instrument instrument, MarketView market, Timestamp at, ICollection<ExecutionReport> reports);

    /// <summary>The market moved under a resting order. May set <see cref="Order.Triggered"/>, <see cref="Order.StopAt"/> and <see cref="Order.QueueAhead"/>.</summary>
    /// <param name="market">What was known before this signal.</param>
    void OnSignal(Order order, Instrument instrument, Signal signal, MarketView market, ICollection<ExecutionReport> reports);

    /// <summary>When an order that was submitted can trade at the earliest. Whoever hosts the venue knows the calendar, and sets <see cref="Order.AuctionAt"/> by it.</summary>
    Timestamp ArrivalOf(Order order);

    /// <summary>The session that an order waited for the end of is over, and its instrument has said nothing since.</summary>
    /// <param name="market">As it was when the session ended.</param>
    void OnClose(Order order, Instrument instrument, MarketView market, Timestamp at, ICollection<ExecutionReport> reports);

    /// <summary>What being short costs a year, as a share of the market value; zero or more.</summary>
    decimal BorrowRate(Instrument instrument);
}

/// <summary>The last known prices of one instrument; zero where none is known.</summary>
public sealed class MarketView
{
    private decimal bid, ask, last, mark;
    private bool marked;

    public decimal Bid { get => bid; set => (bid, marked) = (value, false); }
    public decimal BidSize { get; set; }
    public decimal Ask { get => ask; set => (ask, marked) = (value, false); }
    public decimal AskSize { get; set; }
    public decimal Last { get => last; set => (last, marked) = (value, false); }

    /// <summary>Traded at the last price, or in the bar that ended with it.</summary>
    public decimal LastSize { get; set; }
    public Timestamp Time { get; set; }

    /// <summary>The middle of the quote, else the last price. Asked for many times between two quotes, so reckoned once.</summary>
    public decimal Mark
    {
        get
        {
            if (!marked) (mark, marked) = (bid > 0m && ask > 0m ? (bid + ask) * 0.5m : last, true);
            return mark;
        }
    }

    /// <summary>What a market order would pay or get: the far side of the quote, else the last price. Zero if unknown.</summary>
    public decimal PriceFor(Side side) => side switch
    {
        Side.Buy when Ask > 0m => Ask,
        Side.Sell when Bid > 0m => Bid,
        _ => Last,
    };

    public MarketView Copy() => (MarketView)MemberwiseClone();

    public void Observe(Signal signal)
    {
        Time = signal.Time;
        if (signal.Kind == SignalKind.Quote)
            (Bid, BidSize, Ask, AskSize) = (signal.Bid, signal.BidSize, signal.Ask, signal.AskSize);
        else
            (Last, LastSize) = (signal.Price, signal.Size);
    }

    /// <summary>
    /// Tells known prices as they are after a split or dividend, until the market itself does: else a holding would lose or gain in
    /// between what it has just got in shares or cash. Never below zero.
    /// </summary>
    public void GoEx(Signal action)
    {
        (Bid, Ask, Last) = (Ex(Bid), Ex(Ask), Ex(Last));
        if (action.Kind == SignalKind.Split) (BidSize, AskSize, LastSize) = (InNew(BidSize), InNew(AskSize), InNew(LastSize));

        decimal InNew(decimal size) => size * action.NewShares / action.OldShares;
        decimal Ex(decimal price) => action.Kind == SignalKind.Split ? price * action.OldShares / action.NewShares : Math.Max(0m, price - action.CashPerShare);
    }
}

/// <summary>A portfolio cannot be opened on a venue with such a setting.</summary>
public sealed class VenueSettingException(string venue, string setting, string value, string rule)
    : Exception($"venueSettings.{setting} '{value}' of venue {venue}: {rule}");
