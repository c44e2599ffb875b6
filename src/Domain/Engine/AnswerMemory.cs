using System.Runtime.InteropServices;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The answers to the latest messages, so that a repeat gets the first answer again. Bounded; what has fallen out is older than the
/// frontier, and the host finds its answer in the log (ADR 0004).
/// </summary>
/// <remarks>A ring of values: a hundred thousand objects that live for a while are what a garbage collector likes least.</remarks>
public sealed class AnswerMemory(int capacity)
{
    private readonly Dictionary<(string Sender, string Id), int> places = [];
    private Remembered[] ring = new Remembered[64];
    private int first, count;

    /// <summary>Ids are each sender's own: two may use the same one.</summary>
    public Remembered? Find(string sender, string id) => places.TryGetValue((sender, id), out var place) ? ring[place] : null;

    /// <returns>False if a message with this id came before: <paramref name="earlier"/>, which stays.</returns>
    public bool TryRemember(in Remembered message, out Remembered earlier)
    {
        if (count == ring.Length) Grow();
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, (message.Sender, message.Id), out var known);
        if (known)
        {
            earlier = ring[place];
            return false;
        }

        earlier = default;
        place = (first + count++) % ring.Length;
        ring[place] = message;
        // The oldest that is still undecided keeps the rest; the number of undecided intents has a bound of its own.
        while (count > capacity && ring[first].Result is not null)
        {
            places.Remove((ring[first].Sender, ring[first].Id));
            ring[first] = default;
            first = (first + 1) % ring.Length;
            count--;
        }

        return true;
    }

    public void Answered(Answer answer)
    {
        if (places.TryGetValue((answer.Sender, answer.Id), out var place)) ring[place] = ring[place] with { Result = answer.Result };
    }

    /// <summary>What is remembered, oldest first; shares nothing that will change.</summary>
    public Remembered[] Copy()
    {
        var copy = new Remembered[count];
        for (var i = 0; i < count; i++) copy[i] = ring[(first + i) % ring.Length];
        return copy;
    }

    private void Grow()
    {
        var old = Copy();
        ring = new Remembered[ring.Length * 2];
        old.CopyTo(ring, 0);
        first = 0;
        for (var i = 0; i < old.Length; i++) places[(old[i].Sender, old[i].Id)] = i;
    }
}

/// <param name="Fingerprint">Of the whole content: the same id with other content is a mistake of the sender, not a repeat.</param>
/// <param name="Result">Null while it is undecided.</param>
public readonly record struct Remembered(string Sender, string Id, ulong Fingerprint, Result? Result = null)
{
    public Answer? Answer => Result is { } result ? new Answer(Id, Sender, result) : null;
}
