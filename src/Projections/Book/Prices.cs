using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Book;

/// <param name="Price">The mark of the last signal, in the instrument's currency.</param>
internal sealed record PriceRow(string Portfolio, string Instrument, decimal Price, Timestamp At);

/// <param name="FromSeq">The place in the log from which this price counts.</param>
internal sealed record ComingPriceRow(long FromSeq, string Portfolio, string Instrument, decimal Price, Timestamp At);

/// <summary>
/// The last price of each instrument, as each portfolio's engine saw it. A tape stands in the log before all that its inputs
/// caused, so its prices come into force one by one: each after the events of its own input. Else the profit of a day that ends
/// in the middle of a batch would depend on how the engine's inputs happened to be batched.
/// </summary>
internal sealed class Prices
{
    public Rows<(string Portfolio, string Instrument), PriceRow> Rows { get; } = new("price_rows", 2, r => (r.Portfolio, r.Instrument));

    /// <summary>Prices not yet in force; empty whenever the projection stands at the end of an engine's batch.</summary>
    public Rows<(long FromSeq, string Portfolio, string Instrument), ComingPriceRow> Coming { get; } =
        new("coming_price_rows", 3, r => (r.FromSeq, r.Portfolio, r.Instrument));

    public decimal? Find(string portfolio, string instrument) => Rows.Find((portfolio, instrument))?.Price;

    public void Record(RecordedEvent tape)
    {
        var portfolio = tape.StreamId["tape-".Length..];
        foreach (var (fromSeq, instrument, price, at) in TapePrices.Read(tape.Data.Span, tape.SeqId))
            Coming.Set(new ComingPriceRow(fromSeq, portfolio, instrument, price, at));
    }

    /// <summary>Puts into force what counts from <paramref name="seq"/> or before; returns the portfolios whose prices moved.</summary>
    public IReadOnlyCollection<string> Pass(long seq)
    {
        List<ComingPriceRow>? due = null;
        foreach (var row in Coming.Values)
            if (row.FromSeq <= seq) (due ??= []).Add(row);
        if (due is null) return [];

        var moved = new HashSet<string>();
        due.Sort((a, b) => a.FromSeq.CompareTo(b.FromSeq));
        foreach (var row in due)
        {
            Coming.Remove((row.FromSeq, row.Portfolio, row.Instrument));
            Rows.Set(new PriceRow(row.Portfolio, row.Instrument, row.Price, row.At));
            moved.Add(row.Portfolio);
        }

        return moved;
    }
}
