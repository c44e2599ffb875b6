using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData.Tabular;

/// <summary>
/// Rows of one file in the order of signals. Rows of one time may stand in any order; a bar or an identical quote that comes twice in
/// one time is a duplicate, while equal trades may well happen twice.
/// </summary>
internal static class TableOrder
{
    private const int MaxSlice = 100_000;

    /// <summary>Holds the rows of one time back, to put them in order and to see duplicates.</summary>
    public static IEnumerable<Signal> Of(IEnumerable<(long Line, Signal Signal)> rows, string file, Exclusions exclusions, BadDataPolicy policy)
    {
        var slice = new List<Signal>();
        var seen = new HashSet<(SignalKind, string, decimal, decimal, decimal, decimal)>();
        foreach (var (line, signal) in rows)
        {
            var rule = slice.Count == 0 || signal.Time > slice[0].Time ? null
                : signal.Time < slice[0].Time ? "unsorted: must not be earlier than the row before"
                : slice.Count == MaxSlice ? $"must not be the time of more than {MaxSlice} rows"
                : null;
            if (slice.Count > 0 && signal.Time > slice[0].Time)
            {
                foreach (var known in slice.Order(SignalStream.Order)) yield return known;
                slice.Clear();
                seen.Clear();
            }

            // A bar has no sides, so that its key is the instrument alone.
            if (rule is null && signal.Kind != SignalKind.Trade && !seen.Add((signal.Kind, signal.Instrument, signal.Bid, signal.BidSize, signal.Ask, signal.AskSize)))
                rule = "duplicate: must not repeat a row of the same time";
            if (rule is not null)
            {
                exclusions.Judge(new(file, line, "time", signal.Time.ToString(), rule), policy);
                continue;
            }

            slice.Add(signal);
        }

        foreach (var known in slice.Order(SignalStream.Order)) yield return known;
    }
}
