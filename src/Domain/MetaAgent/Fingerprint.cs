using System.Numerics;
using System.Runtime.InteropServices;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>A 64-bit hash, in the manner of FNV-1a but by words, of an intent's whole content: the same id with another fingerprint is not a repeat.</summary>
public static class Fingerprint
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(Intent intent)
    {
        var hash = Offset;
        Add(ref hash, intent.Instrument);
        Add(ref hash, (long)intent.Side);
        Add(ref hash, intent.Quantity);
        Add(ref hash, (long)intent.OrderType);
        Add(ref hash, intent.LimitPrice);
        Add(ref hash, intent.StopPrice);
        Add(ref hash, (long)intent.TimeInForce);
        Add(ref hash, intent.Confidence);
        Add(ref hash, intent.Rationale);
        Add(ref hash, intent.AsOf.UnixMicros);
        Add(ref hash, intent.SignalId);
        // What few intents have adds nothing where it is not: the fingerprints that snapshots keep stay as they are.
        if (intent.Trail is { } trail)
        {
            Add(ref hash, trail.Amount);
            Add(ref hash, trail.Percent);
        }

        if (intent.Bracket is { } bracket)
        {
            Add(ref hash, nameof(bracket));
            Add(ref hash, bracket.TakeProfit);
            Add(ref hash, bracket.StopLoss);
            Add(ref hash, bracket.StopLossLimit);
        }

        return hash;
    }

    public static ulong Of(string text)
    {
        var hash = Offset;
        Add(ref hash, text);
        return hash;
    }

    /// <summary>For tables, at a fraction of what strings' own hash costs: names of agents and instruments are the desk's own, so nobody can choose them to collide.</summary>
    public static int HashOf(string first, string second) => (int)(Of(first) + (3 * Of(second)));

    private static void Add(ref ulong hash, string text)
    {
        // Four characters at a time; the length keeps "ab" + "c" and "a" + "bc" apart.
        var words = MemoryMarshal.Cast<char, ulong>(text.AsSpan());
        foreach (var word in words) hash = BitOperations.RotateLeft((hash ^ word) * Prime, 23);
        foreach (var c in text.AsSpan(words.Length * 4)) hash = (hash ^ c) * Prime;
        hash = BitOperations.RotateLeft((hash ^ (uint)text.Length) * Prime, 23);
    }

    private static void Add(ref ulong hash, long value) => hash = BitOperations.RotateLeft((hash ^ (ulong)value) * Prime, 23);

    private static void Add(ref ulong hash, decimal? value)
    {
        if (value is { } amount) Add(ref hash, amount);
        else Add(ref hash, -1L);
    }

    // Equal amounts with different scales, 1.0 and 1.00, are the same content: so the value is hashed, not its bits.
    private static void Add(ref ulong hash, decimal value) => Add(ref hash, BitConverter.DoubleToInt64Bits((double)value));
}
