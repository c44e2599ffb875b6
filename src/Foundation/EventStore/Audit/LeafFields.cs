using System.Buffers;
using System.Text;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>An event on its way into a leaf, from wherever it comes: what an appender was given, an event that was read, a row as the server sends it.</summary>
internal readonly ref struct LeafFields
{
    public required Guid Id { get; init; }
    public required LeafText Stream { get; init; }
    public required long Version { get; init; }
    public required LeafText Type { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required LeafText CorrelationId { get; init; }
    public required LeafText CausationId { get; init; }

    /// <summary>JSON.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>JSON; empty if there are none.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }
}

/// <summary>A text as it is at hand, UTF-16 or UTF-8, without a copy; the default is null.</summary>
internal readonly ref struct LeafText
{
    /// <summary>What needs no escape and no look at its encoding; nearly all names are of it.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\'))]);

    private readonly string? _utf16;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly bool _isThere;

    private LeafText(string? utf16) => (_utf16, _isThere) = (utf16, utf16 is not null);

    public LeafText(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8;
        _isThere = true;
    }

    public static implicit operator LeafText(string? utf16) => new(utf16);

    /// <summary>As a canonical JSON string, or null.</summary>
    public void Write(ByteWriter to)
    {
        if (!_isThere) to.Write("null"u8);
        else if (_utf16 is not null || _utf8.IndexOfAnyExcept(Plain) >= 0) CanonicalJson.WriteString(ToString(), to);
        else
        {
            to.Write((byte)'"');
            to.Write(_utf8);
            to.Write((byte)'"');
        }
    }

    public override string ToString() => _utf16 ?? Encoding.UTF8.GetString(_utf8);
}
