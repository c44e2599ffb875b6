using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EventSourcedTrading.Domain.Time;

/// <summary>
/// A moment in UTC as microseconds since 1970-01-01, the resolution that PostgreSQL keeps and RTS 25 asks for.
/// Text form: ISO 8601 with exactly six fraction digits and <c>Z</c>, so that equal moments are equal strings.
/// </summary>
public readonly record struct Timestamp(long UnixMicros) : IComparable<Timestamp>
{
    /// <summary>Length of the text form, <c>2013-10-07T13:31:00.000000Z</c>.</summary>
    public const int TextLength = 27;

    private const long TicksPerMicro = TimeSpan.TicksPerMicrosecond;
    private static readonly long EpochTicks = DateTime.UnixEpoch.Ticks;

    public static readonly Timestamp MinValue = new(FromDateTime(DateTime.MinValue).UnixMicros);
    public static readonly Timestamp MaxValue = new(FromDateTime(DateTime.MaxValue).UnixMicros);

    /// <summary>Cuts below a microsecond, never rounds up into the future. The value is taken as UTC.</summary>
    public static Timestamp FromDateTime(DateTime utc) => new((utc.Ticks - EpochTicks) / TicksPerMicro);

    public static Timestamp From(DateTimeOffset value) => FromDateTime(value.UtcDateTime);

    public DateTime ToDateTime() => new(EpochTicks + (UnixMicros * TicksPerMicro), DateTimeKind.Utc);

    public DateTimeOffset ToDateTimeOffset() => new(ToDateTime());

    /// <summary>The UTC calendar day, as days since 1970-01-01.</summary>
    public long Day => Math.DivRem(UnixMicros, 86_400_000_000L, out var rest) - (rest < 0 ? 1 : 0);

    public static Timestamp operator +(Timestamp at, TimeSpan span) => new(at.UnixMicros + (span.Ticks / TicksPerMicro));
    public static Timestamp operator -(Timestamp at, TimeSpan span) => new(at.UnixMicros - (span.Ticks / TicksPerMicro));
    public static TimeSpan operator -(Timestamp later, Timestamp earlier) => new((later.UnixMicros - earlier.UnixMicros) * TicksPerMicro);
    public static bool operator <(Timestamp a, Timestamp b) => a.UnixMicros < b.UnixMicros;
    public static bool operator >(Timestamp a, Timestamp b) => a.UnixMicros > b.UnixMicros;
    public static bool operator <=(Timestamp a, Timestamp b) => a.UnixMicros <= b.UnixMicros;
    public static bool operator >=(Timestamp a, Timestamp b) => a.UnixMicros >= b.UnixMicros;

    public int CompareTo(Timestamp other) => UnixMicros.CompareTo(other.UnixMicros);

    public static Timestamp Max(Timestamp a, Timestamp b) => a > b ? a : b;
    public static Timestamp Min(Timestamp a, Timestamp b) => a < b ? a : b;

    /// <summary>Reads any ISO 8601 date-time that names its offset; a local time without offset is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Timestamp value)
    {
        value = default;
        if (utf8.Length is < 17 or > 40) return false;
        if (utf8[^1] != (byte)'Z' && utf8[^6] is not ((byte)'+' or (byte)'-')) return false;
        if (utf8.Length == TextLength && TryParseOwnForm(utf8, out value)) return true;
        Span<char> chars = stackalloc char[utf8.Length];
        if (Encoding.UTF8.GetChars(utf8, chars) != utf8.Length) return false;
        if (!DateTimeOffset.TryParse(chars, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)) return false;
        value = From(parsed);
        return true;
    }

    public static bool TryParse(string text, out Timestamp value) => TryParse(Encoding.UTF8.GetBytes(text), out value);

    public static Timestamp Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not a UTC time; write it as 2013-10-07T13:31:00Z.");

    /// <summary>Writes the 27 bytes of the text form.</summary>
    public void Format(Span<byte> destination)
    {
        var t = ToDateTime();
        Digits(destination, t.Year, 4);
        destination[4] = (byte)'-';
        Digits(destination[5..], t.Month, 2);
        destination[7] = (byte)'-';
        Digits(destination[8..], t.Day, 2);
        destination[10] = (byte)'T';
        Digits(destination[11..], t.Hour, 2);
        destination[13] = (byte)':';
        Digits(destination[14..], t.Minute, 2);
        destination[16] = (byte)':';
        Digits(destination[17..], t.Second, 2);
        destination[19] = (byte)'.';
        Digits(destination[20..], (int)(t.Ticks % TimeSpan.TicksPerSecond / TicksPerMicro), 6);
        destination[26] = (byte)'Z';
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextLength];
        Format(text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>The form used inside identifiers: <c>20131007T133100Z</c>, with a fraction only where there is one.</summary>
    public string ToCompactString()
    {
        Span<byte> text = stackalloc byte[TextLength];
        Format(text);
        Span<char> compact = stackalloc char[TextLength - 4];
        var length = 0;
        for (var i = 0; i < TextLength - 1; i++)
        {
            if (i == 19 && UnixMicros % 1_000_000 == 0) break;
            if (text[i] is not ((byte)'-' or (byte)':')) compact[length++] = (char)text[i];
        }

        compact[length++] = 'Z';
        return new string(compact[..length]);
    }

    private static bool TryParseOwnForm(ReadOnlySpan<byte> s, out Timestamp value)
    {
        value = default;
        if (s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != '.' || s[26] != 'Z') return false;
        if (!Number(s[..4], out var year) || !Number(s[5..7], out var month) || !Number(s[8..10], out var day)
            || !Number(s[11..13], out var hour) || !Number(s[14..16], out var minute) || !Number(s[17..19], out var second)
            || !Number(s[20..26], out var micros)) return false;
        if (year is < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59) return false;
        value = new((new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - EpochTicks) / TicksPerMicro + micros);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> s, out int value) => Utf8Parser.TryParse(s, out value, out var used) && used == s.Length && s[0] != '-' && s[0] != '+';

    private static void Digits(Span<byte> destination, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--, value /= 10) destination[i] = (byte)('0' + (value % 10));
    }
}
