using System.Runtime.InteropServices;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

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
        while (count > capacity && ring[first].Answer is not null)
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
        if (places.TryGetValue((answer.Sender, answer.Id), out var place)) ring[place] = ring[place] with { Answer = answer };
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
/// <param name="Answer">Null while it is undecided.</param>
public readonly record struct Remembered(string Sender, string Id, ulong Fingerprint, Answer? Answer = null);

/// <summary>What became of an intent or a command; sent to its sender after the commit.</summary>
/// <param name="Id">Of the message that is answered.</param>
/// <param name="Sender">The agent or person that sent it.</param>
/// <param name="Outcome">Intents: refused, hold, approved or blocked. Commands: done or refused.</param>
/// <param name="Code">Stable reason code of a refusal, upper case.</param>
/// <param name="OfCommand">True if a command is answered, not an intent.</param>
public sealed record Answer(
    string Id, string Sender, string Outcome, string? Code, string Reason, string? DecisionId = null, string? OrderId = null, bool OfCommand = false)
{
    /// <summary>What became of an intent whose round was decided.</summary>
    /// <param name="outcome">What risk said of the order; null if there was none.</param>
    public static Answer To(Intent intent, DecisionMade decision, DomainEvent? outcome)
    {
        var (word, reason) = outcome switch
        {
            OrderApproved => ("approved", decision.Reason),
            OrderBlocked blocked => ("blocked", blocked.Reason),
            _ => ("hold", decision.Reason),
        };
        return new Answer(intent.IntentId, intent.Agent, word, null, reason, decision.DecisionId, decision.OrderId);
    }
}
