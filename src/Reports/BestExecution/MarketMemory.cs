using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports;

/// <summary>The market as a decision could have known it: signals that the tape had taken before it, up to its market time.</summary>
/// <remarks>
/// The tape runs ahead of decisions, which wait until all agents are done with a market time: so a few signals are kept for each
/// instrument, and those that no later decision can ask for are dropped.
/// </remarks>
internal sealed class MarketMemory
{
    /// <summary>Signals of one instrument that may wait for a decision; beyond that the oldest is forgotten and nothing is said of its time.</summary>
    private const int MaxAhead = 100_000;

    private readonly Dictionary<(string Portfolio, string Instrument), Queue<Seen>> seen = [];
    private readonly Dictionary<(string Portfolio, string Instrument), Seen> last = [];

    /// <param name="Spread">Ask less bid; null where the signal was no quote.</param>
    public readonly record struct Seen(Timestamp Time, string Signal, string Kind, decimal Mark, decimal? Spread);

    public void Take(InputsRecorded tape)
    {
        foreach (var input in tape.Inputs)
        {
            if (input.Kind != "signal" || SignalJson.Read(System.Text.Encoding.UTF8.GetBytes(input.Data.GetRawText())).Signal is not { IsPrice: true } s) continue;
            if (!seen.TryGetValue((tape.Portfolio, s.Instrument), out var queue)) seen[(tape.Portfolio, s.Instrument)] = queue = new Queue<Seen>();
            if (queue.Count == MaxAhead) queue.Dequeue();
            queue.Enqueue(new Seen(s.Time, $"{s.Feed}:{s.Sequence}", Cell.Word(s.Kind), s.Mark, s.Kind == SignalKind.Quote ? s.Ask - s.Bid : null));
        }
    }

    /// <summary>The last signal of the instrument up to a market time, which must not go backwards within a portfolio; null if there was none.</summary>
    public Seen? At(string portfolio, string instrument, Timestamp asOf)
    {
        var key = (portfolio, instrument);
        if (seen.TryGetValue(key, out var queue))
            while (queue.TryPeek(out var next) && next.Time <= asOf) last[key] = queue.Dequeue();
        return last.TryGetValue(key, out var known) ? known : null;
    }
}
