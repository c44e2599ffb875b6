using System.Diagnostics.CodeAnalysis;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>
/// Open rounds in the order in which they are decided: by market time, then by instrument, ordinal, so that no machine's culture
/// changes it. New ones come at the end nearly always, and the first goes first.
/// </summary>
public sealed class RoundBook
{
    private readonly List<Round> rounds = [];
    private int gone;

    public int Count => rounds.Count - gone;
    public Round First => rounds[gone];
    public IEnumerable<Round> InOrder => rounds.Skip(gone);

    public bool TryGet(Timestamp asOf, string instrument, [MaybeNullWhen(false)] out Round round)
    {
        var place = Find(asOf, instrument);
        round = place >= 0 ? rounds[place] : null;
        return place >= 0;
    }

    /// <summary>By looking through all of them: people ask, and seldom.</summary>
    public Round? Find(string decisionId) => InOrder.FirstOrDefault(r => r.DecisionId == decisionId);

    public void Add(Round round)
    {
        var place = Find(round.AsOf, round.Instrument);
        if (place >= 0) throw new ArgumentException($"round {round.DecisionId} is open already", nameof(round));
        rounds.Insert(~place, round);
    }

    public void Remove(Round round)
    {
        var place = Find(round.AsOf, round.Instrument);
        if (place < 0) return;
        if (place > gone)
        {
            rounds.RemoveAt(place);
            return;
        }

        // The front is cut off only now and then: to shift everything for each round would take the square of the time.
        rounds[gone++] = null!;
        if (gone < 64 || gone < rounds.Count / 2) return;
        rounds.RemoveRange(0, gone);
        gone = 0;
    }

    private int Find(Timestamp asOf, string instrument)
    {
        var (low, high) = (gone, rounds.Count - 1);
        if (high < low) return ~rounds.Count;
        var latest = Compare(rounds[high], asOf, instrument);
        if (latest <= 0) return latest == 0 ? high : ~rounds.Count;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Compare(rounds[middle], asOf, instrument);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private static int Compare(Round round, Timestamp asOf, string instrument) =>
        round.AsOf != asOf ? round.AsOf.CompareTo(asOf) : string.CompareOrdinal(round.Instrument, instrument);
}
