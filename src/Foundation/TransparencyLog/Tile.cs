using System.Globalization;
using System.Runtime.InteropServices;

namespace EventSourcedTrading.TransparencyLog;

/// <summary>
/// A tile of a log, C2SP tlog-tiles (c2sp.org/tlog-tiles): hash i is that of the perfect subtree of height 8 × level, number
/// 256 × index + i; a file of 32 bytes a hash that never changes once it is full.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Tile
{
    /// <summary>How many hashes a full tile has.</summary>
    public const int FullWidth = 256;

    /// <summary>Of a tree of fewer than 2⁶³ leaves; the specification counts to 63.</summary>
    public const int MaxLevel = 7;

    /// <param name="level">0 (leaves) to 7.</param>
    /// <param name="index">From 0; the tile's leaves must lie below 2⁶³.</param>
    /// <param name="width">1 to 256.</param>
    public Tile(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, MaxIndex(level));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        (Level, Index, Width) = (level, index, width);
    }

    public int Level { get; }
    public long Index { get; }
    public int Width { get; }

    /// <summary>Relative to where the log is served: <c>tile/0/x001/x234/067</c>, and <c>….p/112</c> if it is partial.</summary>
    public string Path
    {
        get
        {
            var name = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000) name = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{name}");
            return string.Create(CultureInfo.InvariantCulture, $"tile/{Level}/{name}{(Width == FullWidth ? "" : $".p/{Width}")}");
        }
    }

    /// <summary>The tile's width in a tree of this size: 0 if it is not there yet.</summary>
    public static int WidthIn(int level, long index, long size) => (int)Math.Clamp((size >> (8 * level)) - index * FullWidth, 0, FullWidth);

    /// <summary>The subtree whose hash stands at this place, from 0.</summary>
    public MerkleRange this[int place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Width);
            var start = (Index * FullWidth + place) << (8 * Level);
            return new MerkleRange(start, start + (1L << (8 * Level)));
        }
    }

    /// <summary>Reads a path as it came from a client. Only what <see cref="Path"/> writes is one, so nothing else on a disk can be asked for.</summary>
    public static bool TryParse(string path, out Tile tile)
    {
        tile = default;
        var parts = path.Length <= 64 ? path.Split('/') : [];
        if (parts is not ["tile", _, _, ..] || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var level) || level > MaxLevel) return false;
        var (names, width) = (parts[2..], FullWidth);
        if (names is [.., var last, var count] && last.EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= FullWidth) return false;
            names = [.. names[..^2], last[..^2]];
        }

        var index = 0L;
        foreach (var name in names)
        {
            if (!int.TryParse(name.AsSpan(name.StartsWith('x') ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var part) || part > 999) return false;
            index = index * 1000 + part;
            if (index > MaxIndex(level)) return false;
        }

        tile = new Tile(level, index, width);
        return tile.Path == path; // one spelling only: no idle zeros, x exactly where it belongs
    }

    private static long MaxIndex(int level) => long.MaxValue >> (8 * Math.Min(level + 1, MaxLevel)) >> (level == MaxLevel ? 8 : 0);
}
