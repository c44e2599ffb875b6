using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>An order before it exists, as the rules see it, with what several of them need worked out once.</summary>
public readonly struct OrderUnderTest
{
    public OrderUnderTest(OrderTerms terms, IReadOnlyList<Allocation> allocation, PortfolioState state, Timestamp asOf)
    {
        var book = state.Books[terms.Instrument];
        (Terms, Allocation, Book, AsOf) = (terms, allocation, book, asOf);
        Mark = book.Market.Mark;
        Rate = book.Ledger.Rate;
        // What the market would take now; a buy may cost as much as its limit, or its stop, allows before it is done.
        Price = book.Market.PriceFor(terms.Side);
        if (terms.Side == Side.Buy && Price > 0m) Price = Math.Max(Price, Math.Max(terms.LimitPrice ?? 0m, terms.StopPrice ?? 0m));
        Adds = state.Reserves(terms, terms.Quantity);
        var (open, exits) = (book.OpenOf(terms.Side), book.ExitsOf(terms.Side));
        // Exits give way to other orders of their side, and so are never in addition to them.
        Beside = terms.ParentId is null ? open - exits : open;
        var closable = book.Closable(terms.Side);
        OnlyReduces = Beside + Adds <= closable;
        var all = Beside + Adds + (terms.ParentId is null && exits != 0m ? Math.Min(exits, Math.Max(0m, closable - Beside - Adds)) : 0m);
        Equity = state.Equity();

        Unit = Math.Max(Price, Mark) * book.Instrument.Multiplier * Rate;
        Held = book.Exposure * Rate;
        OthersWorst = state.WorstExposure() - Held.Worst;
        After = terms.Side == Side.Buy ? Exposure.Of(book.Position.Quantity, all, book.OpenSell, Unit) : Exposure.Of(book.Position.Quantity, book.OpenBuy, all, Unit);
    }

    public OrderTerms Terms { get; }
    public IReadOnlyList<Allocation> Allocation { get; }
    public InstrumentBook Book { get; }
    public Timestamp AsOf { get; }

    /// <summary>What the order reckons with, in the instrument's currency; zero if no price is known.</summary>
    public decimal Price { get; }
    public decimal Mark { get; }

    /// <summary>From the instrument's currency to base currency; zero if unknown.</summary>
    public decimal Rate { get; }

    /// <summary>Value of one unit in base currency, at price or mark, whichever is higher: what passes must not be over a limit once it is marked.</summary>
    public decimal Unit { get; }

    /// <summary>Of the portfolio, in base currency.</summary>
    public decimal Equity { get; }

    /// <summary>What it adds to the reservation, in units: its quantity, but for an exit only what its partner does not reserve already.</summary>
    public decimal Adds { get; }

    /// <summary>What other open orders of its side may still trade, in units; exits that would give way to it left out.</summary>
    public decimal Beside { get; }

    /// <summary>True if the order can only bring the position nearer to zero, whatever open orders do.</summary>
    public bool OnlyReduces { get; }

    /// <summary>The book as the portfolio's sums hold it, at mark.</summary>
    public Exposure Held { get; }

    /// <summary>Largest gross exposure that open orders in all other books could lead to, in base currency.</summary>
    public decimal OthersWorst { get; }

    /// <summary>The book with this order, at <see cref="Unit"/>, in base currency.</summary>
    public Exposure After { get; }

    /// <summary>The same without it; worked out only where an order is over a limit.</summary>
    public Exposure Before => Exposure.Of(Book.Position.Quantity, Book.OpenBuy, Book.OpenSell, Unit);

    /// <summary>
    /// Is the book's own worst exposure within a limit? A way down must stay open: what only reduces, or adds nothing, passes even
    /// when the market has carried the book over it.
    /// </summary>
    /// <param name="limit">What is left of it for this book.</param>
    public bool Within(decimal limit) => After.Worst <= limit || OnlyReduces || After.Worst <= Before.Worst;
}
