using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Price">The mark of the last signal, in the instrument's currency.</param>
internal sealed record PriceRow(string Portfolio, string Instrument, decimal Price, Timestamp At);

/// <param name="Day">The UTC day that the price belongs to and that has not been opened yet.</param>
internal sealed record ComingPriceRow(string Portfolio, string Instrument, DateOnly Day, decimal Price, Timestamp At);

/// <summary>From the event at <paramref name="Seq"/> on.</summary>
internal sealed record PriceHistoryRow(string Portfolio, string Instrument, long Seq, decimal Price, Timestamp At);

/// <summary>
/// The last price of each instrument on each portfolio's tape. A signal lies on the tape before the engine acts on it, which may be
/// some batches later: what belongs to a day that is not open yet has to wait, or yesterday would be valued at today's prices, and
/// by how many of them would depend on how the inputs happened to be batched.
/// </summary>
internal sealed class Prices
{
    public Rows<(string Portfolio, string Instrument), PriceRow> Rows { get; } = new("price_rows", 2, r => (r.Portfolio, r.Instrument));

    /// <summary>The last price of each day to come.</summary>
    public Rows<(string Portfolio, string Instrument, DateOnly Day), ComingPriceRow> Coming { get; } =
        new("coming_price_rows", 3, r => (r.Portfolio, r.Instrument, r.Day));

    public AddedRows<(string, string, long), PriceHistoryRow> History { get; } = new("price_history_rows", 3, r => (r.Portfolio, r.Instrument, r.Seq));

    public decimal? Find(string portfolio, string instrument) => Rows.Find((portfolio, instrument))?.Price;

    /// <param name="running">The trading day that is open; null before the first, when every price counts at once.</param>
    /// <returns>True if a price has moved.</returns>
    public bool Record(string portfolio, RecordedEvent tape, DateOnly? running)
    {
        var moved = false;
        foreach (var (instrument, day, price, at) in TapePrices.Read(tape.Data.Span))
        {
            if (day > running)
            {
                Coming.Set(new ComingPriceRow(portfolio, instrument, day, price, at));
                continue;
            }

            Set(new PriceRow(portfolio, instrument, price, at), tape.SeqId);
            moved = true;
        }

        return moved;
    }

    /// <summary>After a split or dividend the last price is told as the market will; one that is newer says so itself.</summary>
    public void GoEx(HoldingChange holding, Timestamp asOf, Func<decimal, decimal> ex, long seq)
    {
        if (Rows.Find((holding.Portfolio, holding.Instrument)) is { } row && row.At < asOf) Set(row with { Price = ex(row.Price) }, seq);
    }

    /// <summary>The day has been opened: its prices, and those of days that were left out, count from now on.</summary>
    public void Open(string portfolio, DateOnly day, long seq)
    {
        var due = Coming.Values.Where(r => r.Portfolio == portfolio && r.Day <= day).OrderBy(r => r.Day).ToList();
        foreach (var row in due)
        {
            Coming.Remove((portfolio, row.Instrument, row.Day));
            Set(new PriceRow(portfolio, row.Instrument, row.Price, row.At), seq);
        }
    }

    private void Set(PriceRow row, long seq)
    {
        Rows.Set(row);
        History.Add(seq, new PriceHistoryRow(row.Portfolio, row.Instrument, seq, row.Price, row.At));
    }
}
