using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Projections.Reading;

/// <summary>
/// A place in an ordered list: where it stands in the order, and its place in the log. Written as base64url (RFC 4648, section 5) of
/// <c>list order direction value seq</c>, so that one of another ordering is known as such. It is no secret and no capability.
/// </summary>
internal readonly record struct Cursor(long Value, long Seq)
{
    /// <summary>Longer than any of ours, in characters.</summary>
    private const int MaxLength = 200;

    public string Write(string ordering) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{ordering} {Value} {Seq}")));

    public static string Ordering(string list, string order, bool descending) => $"{list} {order} {(descending ? "descending" : "ascending")}";

    /// <param name="field">after or before.</param>
    /// <exception cref="SliceException">It is no cursor, or one of another ordering.</exception>
    public static Cursor Read(string field, string text, string ordering)
    {
        var parts = Decode(text)?.Split(' ');
        if (parts is not { Length: 5 } || Number(parts[3]) is not { } value || Number(parts[4]) is not { } seq)
            throw new SliceException(field, $"{field} '{(text.Length <= 60 ? text : text[..60] + "…")}' is no cursor; take one from an answer, or leave it out");
        var own = string.Join(' ', parts[..3]);
        if (own != ordering) throw new SliceException(field, $"{field} is a cursor of the ordering '{own}', and this is '{ordering}'; begin without a cursor");
        return new Cursor(value, seq);
    }

    private static string? Decode(string text)
    {
        if (text.Length is 0 or > MaxLength || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.All(b => b is >= 0x20 and < 0x7F) ? Encoding.ASCII.GetString(bytes) : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == text ? number : null;

    /// <summary>The value as a parameter of the order's type.</summary>
    /// <exception cref="SliceException">It lies outside of time.</exception>
    public object ValueOf(ReadField order, string field)
    {
        if (order.Type != typeof(Timestamp)) return Value;
        if (Value < Timestamp.MinValue.UnixMicros || Value > Timestamp.MaxValue.UnixMicros) throw new SliceException(field, $"{field} is no cursor: its time is out of range; take one from an answer, or leave it out");
        return new Timestamp(Value).ToDateTime();
    }
}
