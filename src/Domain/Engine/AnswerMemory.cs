using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The answers to the latest messages, so that a repeat gets the first answer again. Bounded; what has fallen out is older than the
/// frontier, and the host finds its answer in the log (ADR 0004).
/// </summary>
/// <remarks>
/// A ring of values, numbered as they came, and a hash table over it whose chains lead from newer to older. A chain ends at the first
/// number that has fallen out, so forgetting touches nothing: this is asked of every message, and is larger than a processor's cache.
/// Numbers are kept by their low 32 bits and compared by their age.
/// </remarks>
public sealed class AnswerMemory(int capacity)
{
    /// <summary>Chains for each place of the ring: most are then empty, and a look into the ring is what costs.</summary>
    private const int ChainsPerPlace = 4;

    private Slot[] ring = new Slot[64];

    /// <summary>The newest message of each chain.</summary>
    private uint[] newest = new uint[64 * ChainsPerPlace];

    /// <summary>Of the message to come.</summary>
    private uint next = 1;
    private int count;

    /// <summary>Ids are each sender's own: two may use the same one.</summary>
    public Remembered? Find(string sender, string id) => Number(sender, id, HashOf(sender, id)) is { } number ? At(number).Message : null;

    /// <returns>False if a message with this id came before: <paramref name="earlier"/>, which stays.</returns>
    public bool TryRemember(in Remembered message, out Remembered earlier)
    {
        var hash = HashOf(message.Sender, message.Id);
        if (Number(message.Sender, message.Id, hash) is { } known)
        {
            earlier = At(known).Message;
            return false;
        }

        earlier = default;
        if (count == ring.Length) Grow();
        Put(message, hash);
        // The oldest that is still undecided keeps the rest; the number of undecided intents has a bound of its own.
        while (count > capacity && At(next - (uint)count).Message.Result is not null) count--;
        return true;
    }

    public void Answered(in Answer answer)
    {
        if (Number(answer.Sender, answer.Id, HashOf(answer.Sender, answer.Id)) is not { } number) return;
        ref var slot = ref At(number);
        slot.Message = slot.Message with { Result = answer.Result };
    }

    /// <summary>What is remembered, oldest first; shares nothing that will change.</summary>
    public Remembered[] Copy()
    {
        var copy = new Remembered[count];
        for (var i = 0; i < copy.Length; i++) copy[i] = At(next - (uint)(count - i)).Message;
        return copy;
    }

    private ref Slot At(uint number) => ref ring[number & (uint)(ring.Length - 1)];

    private ref uint Chain(uint hash) => ref newest[hash & (uint)(newest.Length - 1)];

    private bool IsKnown(uint number) => next - number <= (uint)count;

    private uint? Number(string sender, string id, uint hash)
    {
        for (var number = Chain(hash); IsKnown(number); number = At(number).Older)
        {
            ref var slot = ref At(number);
            if (slot.Hash == hash && slot.Message.Id == id && slot.Message.Sender == sender) return number;
        }

        return null;
    }

    private void Put(in Remembered message, uint hash)
    {
        ref var chain = ref Chain(hash);
        At(next) = new Slot { Message = message, Hash = hash, Older = chain };
        chain = next++;
        count++;
    }

    private void Grow()
    {
        var (old, kept) = (ring, count);
        ring = new Slot[old.Length * 2];
        newest = new uint[ring.Length * ChainsPerPlace];
        (next, count) = (next - (uint)kept, 0);
        for (var i = 0; i < kept; i++)
        {
            ref var slot = ref old[next & (uint)(old.Length - 1)];
            Put(slot.Message, slot.Hash);
        }
    }

    // Strings' own hash, seeded anew in every process: nobody can prepare ids that all fall into one chain. Senders are the desk's own.
    // Where a message lies decides nothing.
    private static uint HashOf(string sender, string id) => (uint)(Fingerprint.Of(sender) >> 32) + (uint)StringComparer.Ordinal.GetHashCode(id);

    private struct Slot
    {
        public Remembered Message;
        public uint Older, Hash;
    }
}

/// <param name="Fingerprint">Of the whole content: the same id with other content is a mistake of the sender, not a repeat.</param>
/// <param name="Result">Null while it is undecided.</param>
[JsonConverter(typeof(RememberedConverter))]
public readonly record struct Remembered(string Sender, string Id, ulong Fingerprint, Result? Result = null)
{
    public Answer? Answer => Result is { } result ? new Answer(Id, Sender, result) : null;
}
