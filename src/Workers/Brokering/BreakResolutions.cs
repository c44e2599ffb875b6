using EventSourcedTrading.Brokers.Reconciling;
using EventSourcedTrading.Domain.Brokers;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>What persons have said of breaks: what is still to be done, and which differences they let stand.</summary>
internal sealed class BreakResolutions
{
    /// <summary>With the break as the person saw it.</summary>
    private readonly Dictionary<string, (BreakResolutionOrdered Word, BreakFound? Seen)> ordered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BreakResolutionOrdered> adopted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Ours, string Theirs)> standing = new(StringComparer.Ordinal);

    /// <param name="seen">The open break of that id; null if there is none.</param>
    public void Order(BreakResolutionOrdered word, BreakFound? seen) => ordered[word.BreakId] = (word, seen);

    /// <summary>Another difference of the same thing does not stand: it is a new break.</summary>
    public bool LetStand(string id, Difference d) => standing.TryGetValue(id, out var known) && known == (d.Ours, d.Theirs);

    public void Dismissed(string id, string ours, string theirs) => standing[id] = (ours, theirs);

    public void Adopting(BreakResolutionOrdered word) => adopted[word.BreakId] = word;

    /// <summary>Who had it adopted, and why; null if no person did.</summary>
    public string? TakeAdopted(string id) => adopted.Remove(id, out var word) ? $"adopted by {word.Actor}: {word.Reason}" : null;

    /// <summary>What is to be done about a break that is still as the person saw it; or why it is not done.</summary>
    public (BreakResolutionOrdered? Word, string? Refused) Take(BreakFound known)
    {
        if (!ordered.Remove(known.BreakId, out var asked)) return default;
        if (asked.Seen is { } seen && (seen.Ours, seen.Theirs) != (known.Ours, known.Theirs))
            return (asked.Word, $"ours was {seen.Ours} and theirs {seen.Theirs}, and now they are {known.Ours} and {known.Theirs}; look at it again");
        return asked.Word.How == BreakResolution.Adopt && known.Kind == BreakKind.ForeignOrder
            ? (asked.Word, "an order that is not ours cannot be taken over; cancel it at the broker, or dismiss the break") : (asked.Word, null);
    }

    /// <summary>Words on breaks that are not there.</summary>
    public IReadOnlyList<BreakResolutionOrdered> TakeStrays(IReadOnlyDictionary<string, BreakFound> open)
    {
        var strays = ordered.Values.Where(o => !open.ContainsKey(o.Word.BreakId)).Select(o => o.Word).ToList();
        foreach (var stray in strays) ordered.Remove(stray.BreakId);
        return strays;
    }
}
