using System.Collections;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The answers to the latest messages, oldest first, so that a repeat gets the first answer again. Bounded; what has fallen out is
/// older than the frontier, and the host finds its answer in the log (ADR 0004).
/// </summary>
/// <remarks>
/// A ring of values, numbered as they came, and a hash table over it whose chains lead from newer to older. A chain ends at the first
/// number that has fallen out, so forgetting touches nothing: this is asked of every message, and is larger than a processor's cache.
/// References lie apart from the rest, as the garbage collector goes through all that lies beside a new one. Numbers are kept by
/// their low 32 bits and compared by their age.
/// </remarks>
public sealed class AnswerMemory(int capacity) : IReadOnlyList<Remembered>
{
    /// <summary>Chains for each place of the ring: most are then empty, and a look into the ring is what costs.</summary>
    private const int ChainsPerPlace = 4;

    private Slot[] ring = new Slot[64];
    private (string Sender, Result? Result)[] known = new (string, Result?)[64];
    private TextRing ids = new();

    /// <summary>The newest message of each chain.</summary>
    private uint[] newest = new uint[64 * ChainsPerPlace];

    /// <summary>Of the message to come.</summary>
    private uint next = 1;

    public int Count { get; private set; }

    public Remembered this[int index] => Message(next - (uint)(Count - index));

    /// <summary>Ids are each sender's own: two may use the same one.</summary>
    public Remembered? Find(string sender, string id) => Number(sender, id, HashOf(sender, id)) is { } number ? Message(number) : null;

    /// <returns>False if a message with this id came before: <paramref name="earlier"/>, which stays.</returns>
    public bool TryRemember(in Remembered message, out Remembered earlier)
    {
        var hash = HashOf(message.Sender, message.Id);
        if (Number(message.Sender, message.Id, hash) is { } number)
        {
            earlier = Message(number);
            return false;
        }

        earlier = default;
        if (Count == ring.Length) Grow();
        ref var slot = ref At(next);
        slot = new Slot { Fingerprint = message.Fingerprint, Id = ids.Add(message.Id, OldestId), Length = message.Id.Length, Hash = hash };
        Known(next) = (message.Sender, message.Result);
        Link();
        // The oldest that is still undecided keeps the rest; the number of undecided intents has a bound of its own.
        while (Count > capacity && Known(next - (uint)Count).Result is not null) Count--;
        return true;
    }

    public void Answered(in Answer answer)
    {
        if (Number(answer.Sender, answer.Id, HashOf(answer.Sender, answer.Id)) is { } number) Known(number).Result = answer.Result;
    }

    /// <summary>What is remembered now; shares nothing that will change. To be read, not added to.</summary>
    public IReadOnlyList<Remembered> Copy() => new AnswerMemory(capacity)
    {
        ring = [.. ring], known = [.. known], ids = ids.Copy(OldestId), newest = [], next = next, Count = Count,
    };

    public IEnumerator<Remembered> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private uint OldestId => Count == 0 ? ids.Next : At(next - (uint)Count).Id;

    private ref Slot At(uint number) => ref ring[number & (uint)(ring.Length - 1)];

    private ref (string Sender, Result? Result) Known(uint number) => ref known[number & (uint)(known.Length - 1)];

    private ref uint Chain(uint hash) => ref newest[hash & (uint)(newest.Length - 1)];

    private Remembered Message(uint number)
    {
        var slot = At(number);
        var (sender, result) = Known(number);
        return new Remembered(sender, ids.At(slot.Id, slot.Length).ToString(), slot.Fingerprint, result);
    }

    private uint? Number(string sender, string id, uint hash)
    {
        for (var number = Chain(hash); next - number <= (uint)Count; number = At(number).Older)
        {
            ref var slot = ref At(number);
            if (slot.Hash == hash && ids.At(slot.Id, slot.Length).SequenceEqual(id) && Known(number).Sender == sender) return number;
        }

        return null;
    }

    /// <summary>Makes the slot of the message to come the newest of its chain.</summary>
    private void Link()
    {
        ref var slot = ref At(next);
        ref var chain = ref Chain(slot.Hash);
        slot.Older = chain;
        chain = next++;
        Count++;
    }

    private void Grow()
    {
        var (old, oldKnown, kept) = (ring, known, Count);
        ring = new Slot[old.Length * 2];
        known = new (string, Result?)[ring.Length];
        newest = new uint[ring.Length * ChainsPerPlace];
        (next, Count) = (next - (uint)kept, 0);
        for (var i = 0; i < kept; i++)
        {
            var place = next & (uint)(old.Length - 1);
            (At(next), Known(next)) = (old[place], oldKnown[place]);
            Link();
        }
    }

    // Strings' own hash, seeded anew in every process: nobody can prepare ids that all fall into one chain. Senders are the desk's own.
    // Where a message lies decides nothing.
    private static uint HashOf(string sender, string id) => (uint)(Fingerprint.Of(sender) >> 32) + (uint)StringComparer.Ordinal.GetHashCode(id);

    private struct Slot
    {
        public ulong Fingerprint;
        public uint Older, Hash, Id;
        public int Length;
    }
}

/// <param name="Fingerprint">Of the whole content: the same id with other content is a mistake of the sender, not a repeat.</param>
/// <param name="Result">Null while it is undecided.</param>
[JsonConverter(typeof(RememberedConverter))]
public readonly record struct Remembered(string Sender, string Id, ulong Fingerprint, Result? Result = null)
{
    public Answer? Answer => Result is { } result ? new Answer(Id, Sender, result) : null;
}
