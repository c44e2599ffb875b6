using System.Text.Json.Serialization;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The answers to the latest messages, so that a repeat gets the first answer again. Bounded; what has fallen out is older than the
/// frontier, and the host finds its answer in the log (ADR 0004).
/// </summary>
/// <remarks>A ring of values: a hundred thousand objects that live for a while are what a garbage collector likes least.</remarks>
public sealed class AnswerMemory(int capacity)
{
    private readonly Dictionary<ulong, int> places = [];

    /// <summary>Of different ids whose keys are the same, which happens to nobody but who tries: all but the first.</summary>
    private readonly Dictionary<(string Sender, string Id), int> collided = [];
    private Remembered[] ring = new Remembered[64];
    private int first, count;

    /// <summary>Ids are each sender's own: two may use the same one.</summary>
    public Remembered? Find(string sender, string id) => Place(sender, id) is >= 0 and var place ? ring[place] : null;

    /// <returns>False if a message with this id came before: <paramref name="earlier"/>, which stays.</returns>
    public bool TryRemember(in Remembered message, out Remembered earlier)
    {
        var known = Place(message.Sender, message.Id);
        earlier = known >= 0 ? ring[known] : default;
        if (known >= 0) return false;
        if (count == ring.Length) Grow();
        var next = (first + count++) & (ring.Length - 1);
        if (!places.TryAdd(KeyOf(message.Sender, message.Id), next)) collided.Add((message.Sender, message.Id), next);
        ring[next] = message;
        // The oldest that is still undecided keeps the rest; the number of undecided intents has a bound of its own.
        while (count > capacity && ring[first].Result is not null) Forget();
        return true;
    }

    public void Answered(in Answer answer)
    {
        var place = Place(answer.Sender, answer.Id);
        if (place >= 0) ring[place] = ring[place] with { Result = answer.Result };
    }

    /// <summary>What is remembered, oldest first; shares nothing that will change.</summary>
    public Remembered[] Copy()
    {
        var copy = new Remembered[count];
        for (var i = 0; i < count; i++) copy[i] = ring[(first + i) & (ring.Length - 1)];
        return copy;
    }

    private int Place(string sender, string id) =>
        places.TryGetValue(KeyOf(sender, id), out var place) && IsOf(place, sender, id) ? place
        : collided.Count > 0 && collided.TryGetValue((sender, id), out place) ? place : -1;

    private bool IsOf(int place, string sender, string id) => ring[place].Id == id && ring[place].Sender == sender;

    private void Forget()
    {
        var (sender, id) = (ring[first].Sender, ring[first].Id);
        if (collided.Count == 0 || !collided.Remove((sender, id))) places.Remove(KeyOf(sender, id));
        ring[first] = default;
        first = (first + 1) & (ring.Length - 1);
        count--;
    }

    private void Grow()
    {
        var old = Copy();
        ring = new Remembered[ring.Length * 2];
        (first, count) = (0, 0);
        places.Clear();
        collided.Clear();
        foreach (var message in old) TryRemember(message, out _);
    }

    // Dictionaries' own hash, seeded anew in every process: nobody can prepare ids that all fall into one place. Where a message lies
    // decides nothing.
    private static ulong KeyOf(string sender, string id) =>
        ((ulong)(uint)StringComparer.Ordinal.GetHashCode(sender) << 32) | (uint)StringComparer.Ordinal.GetHashCode(id);
}

/// <param name="Fingerprint">Of the whole content: the same id with other content is a mistake of the sender, not a repeat.</param>
/// <param name="Result">Null while it is undecided.</param>
[JsonConverter(typeof(RememberedConverter))]
public readonly record struct Remembered(string Sender, string Id, ulong Fingerprint, Result? Result = null)
{
    public Answer? Answer => Result is { } result ? new Answer(Id, Sender, result) : null;
}
