using System.Numerics;
using System.Runtime.InteropServices;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>Leaves Start … End - 1 of a tree, numbered from 0.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MerkleRange
{
    /// <param name="start">From 0.</param>
    /// <param name="end">Not below the start.</param>
    public MerkleRange(long start, long end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        (Start, End) = (start, end);
    }

    public long Start { get; }

    /// <summary>The first leaf that is no longer in it.</summary>
    public long End { get; }

    public long Length => End - Start;

    /// <summary>As long as a power of two, and starting at a multiple of its length: such a range is a node of every tree that holds it.</summary>
    public bool IsPerfect => BitOperations.IsPow2(Length) && (Start & (Length - 1)) == 0;

    /// <summary>The height of a perfect range: 0 for one leaf.</summary>
    public int Level => IsPerfect ? BitOperations.TrailingZeroCount(Length) : throw new InvalidOperationException($"{this} is not perfect; split it first.");

    /// <summary>The number of a perfect range among those of its level, from 0.</summary>
    public long Index => Start >> Level;

    /// <summary>The fewest perfect ranges that make up this one, from left to right; at most 124.</summary>
    public List<MerkleRange> Split()
    {
        List<MerkleRange> parts = [];
        for (var at = Start; at < End;)
        {
            var aligned = at == 0 ? 62 : BitOperations.TrailingZeroCount(at);
            var length = 1L << Math.Min(aligned, BitOperations.Log2((ulong)(End - at)));
            parts.Add(new MerkleRange(at, at + length));
            at += length;
        }

        return parts;
    }

    public override string ToString() => $"[{Start}, {End})";
}
