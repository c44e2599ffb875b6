using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Signals;

/// <summary>What reading a signal gave: the signal, or a sentence with the field, its value and the rule that it breaks.</summary>
public readonly record struct SignalReading(Signal? Signal, string? Error);

/// <summary>
/// Signals as UTF-8 JSON. Only the members that the kind uses are written, in ordinal order and without white space, so the
/// text is canonical by RFC 8785 and may be hashed as it stands. Decimals keep their scale and, like 64-bit integers, are
/// strings; the reader takes JSON numbers too. Unknown members are ignored, a member that comes twice is refused.
/// </summary>
public static class SignalJson
{
    /// <summary>The most that a reader accepts, in bytes.</summary>
    public const int MaxReadBytes = 16_384;

    /// <summary>The most that a writer produces, in bytes: the longest feed name, fully escaped, and seven decimals.</summary>
    public const int MaxWrittenBytes = 1_024;

    private const int MaxDepth = 8;

    private static readonly (byte[] Name, Member Member)[] Members =
        [.. Enum.GetValues<Member>().Where(m => m != Member.None).Select(m => (Encoding.UTF8.GetBytes(Name(m)), m))];

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <exception cref="ArgumentException">The signal is not well-formed; the message is that of <see cref="Signal.Validate"/>.</exception>
    public static void Write(IBufferWriter<byte> destination, Signal signal)
    {
        var written = Write(destination.GetSpan(MaxWrittenBytes), signal);
        destination.Advance(written);
    }

    /// <inheritdoc cref="Write(IBufferWriter{byte}, Signal)"/>
    public static byte[] Write(Signal signal)
    {
        Span<byte> text = stackalloc byte[MaxWrittenBytes];
        return text[..Write(text, signal)].ToArray();
    }

    /// <summary>Writes into the span, which must hold <see cref="MaxWrittenBytes"/>, and tells how many bytes it took.</summary>
    /// <inheritdoc cref="Write(IBufferWriter{byte}, Signal)"/>
    public static int Write(Span<byte> destination, Signal signal)
    {
        if (signal.Validate() is { } error) throw new ArgumentException(error, nameof(signal));
        var text = new Text(destination);
        switch (signal.Kind)
        {
            case SignalKind.Quote:
                text.Put("{\"ask\":"u8, signal.Ask);
                text.Put(",\"askSize\":"u8, signal.AskSize);
                text.Put(",\"bid\":"u8, signal.Bid);
                text.Put(",\"bidSize\":"u8, signal.BidSize);
                text.Put(",\"feed\":"u8, signal.Feed);
                text.Put(",\"instrument\":"u8, signal.Instrument);
                text.Put(",\"kind\":\"quote\",\"sequence\":"u8, signal.Sequence);
                break;
            case SignalKind.Trade:
                text.Put("{\"feed\":"u8, signal.Feed);
                text.Put(",\"instrument\":"u8, signal.Instrument);
                text.Put(",\"kind\":\"trade\",\"price\":"u8, signal.Price);
                text.Put(",\"sequence\":"u8, signal.Sequence);
                text.Put(",\"size\":"u8, signal.Size);
                break;
            case SignalKind.Dividend:
                text.Put("{\"cashPerShare\":"u8, signal.CashPerShare);
                text.Put(",\"feed\":"u8, signal.Feed);
                text.Put(",\"instrument\":"u8, signal.Instrument);
                text.Put(",\"kind\":\"dividend\",\"sequence\":"u8, signal.Sequence);
                break;
            case SignalKind.Split:
                text.Put("{\"feed\":"u8, signal.Feed);
                text.Put(",\"instrument\":"u8, signal.Instrument);
                text.Put(",\"kind\":\"split\",\"newShares\":"u8, signal.NewShares);
                text.Put(",\"oldShares\":"u8, signal.OldShares);
                text.Put(",\"sequence\":"u8, signal.Sequence);
                break;
            default:
                text.Put("{\"feed\":"u8, signal.Feed);
                text.Put(",\"high\":"u8, signal.High);
                text.Put(",\"instrument\":"u8, signal.Instrument);
                text.Put(",\"kind\":\"bar\",\"low\":"u8, signal.Low);
                text.Put(",\"open\":"u8, signal.Open);
                text.Put(",\"price\":"u8, signal.Price);
                text.Put(",\"sequence\":"u8, signal.Sequence);
                text.Put(",\"size\":"u8, signal.Size);
                break;
        }

        text.Put(signal.SliceEnd ? ",\"sliceEnd\":true"u8 : ",\"sliceEnd\":false"u8);
        if (signal.Kind == SignalKind.Bar) text.Put(",\"start\":"u8, signal.Start);
        text.Put(",\"time\":"u8, signal.Time);
        text.Put("}"u8);
        return text.Length;
    }

    /// <summary>Reads one signal that is the whole of the text. Never throws, whatever the bytes are.</summary>
    public static SignalReading Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxReadBytes) return new(null, $"signal of {utf8.Length} bytes is longer than {MaxReadBytes}");
        try
        {
            var reader = new Utf8JsonReader(utf8, Strict);
            if (!reader.Read()) return new(null, "signal is empty text, it must be a JSON object");
            var reading = Read(ref reader);
            return reading.Error is null && reader.Read() ? new(null, "signal is followed by more text") : reading;
        }
        catch (JsonException e)
        {
            return new(null, $"signal is not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            return new(null, "signal holds text that is not UTF-8 or half of a surrogate pair");
        }
    }

    /// <summary>Reads the object that the reader stands on, and leaves it on the closing brace.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string is not valid UTF-8.</exception>
    public static SignalReading Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return new(null, "signal must be a JSON object");
        SignalKind? kind = null;
        string? instrument = null, feed = null;
        long sequence = 0;
        var sliceEnd = false;
        Timestamp time = default, start = default;
        decimal ask = 0, askSize = 0, bid = 0, bidSize = 0, price = 0, size = 0, open = 0, high = 0, low = 0, newShares = 0, oldShares = 0, cashPerShare = 0;
        var seen = Member.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberAt(ref reader);
            reader.Read();
            if (member == Member.None)
            {
                reader.Skip();
                continue;
            }

            if ((seen & member) != Member.None) return new(null, $"{Name(member)} comes twice");
            seen |= member;
            string? rule = member switch
            {
                Member.Ask => Decimal(ref reader, out ask),
                Member.AskSize => Decimal(ref reader, out askSize),
                Member.Bid => Decimal(ref reader, out bid),
                Member.BidSize => Decimal(ref reader, out bidSize),
                Member.Price => Decimal(ref reader, out price),
                Member.Size => Decimal(ref reader, out size),
                Member.Open => Decimal(ref reader, out open),
                Member.High => Decimal(ref reader, out high),
                Member.Low => Decimal(ref reader, out low),
                Member.NewShares => Decimal(ref reader, out newShares),
                Member.OldShares => Decimal(ref reader, out oldShares),
                Member.CashPerShare => Decimal(ref reader, out cashPerShare),
                Member.Feed => String(ref reader, out feed),
                Member.Instrument => String(ref reader, out instrument),
                Member.Kind => Kind(ref reader, out kind),
                Member.Sequence => Integer(ref reader, out sequence),
                Member.SliceEnd => Boolean(ref reader, out sliceEnd),
                Member.Start => Time(ref reader, out start),
                _ => Time(ref reader, out time),
            };
            if (rule is not null) return new(null, $"{Name(member)} {Shown(ref reader)} must be {rule}");
        }

        var missing = Needed(kind) & ~seen;
        if (missing != Member.None) return new(null, $"{Name(missing & (Member)(-(int)missing))} is missing");
        var (isQuote, isBar) = (kind == SignalKind.Quote, kind == SignalKind.Bar);
        var signal = new Signal
        {
            Kind = kind!.Value, Instrument = instrument!, Feed = feed!, Sequence = sequence, SliceEnd = sliceEnd, Time = time,
            Bid = isQuote ? bid : 0m, BidSize = isQuote ? bidSize : 0m, Ask = isQuote ? ask : 0m, AskSize = isQuote ? askSize : 0m,
            Price = isQuote ? 0m : price, Size = isQuote ? 0m : size,
            Open = isBar ? open : 0m, High = isBar ? high : 0m, Low = isBar ? low : 0m, Start = isBar ? start : default,
        };
        if (kind == SignalKind.Dividend) signal = signal with { CashPerShare = cashPerShare, Price = 0m };
        if (kind == SignalKind.Split) signal = signal with { NewShares = newShares, OldShares = oldShares, Price = 0m, Size = 0m };
        return signal.Validate() is { } error ? new(null, error) : new(signal, null);
    }

    [Flags]
    private enum Member
    {
        None = 0, Kind = 1, Instrument = 1 << 1, Time = 1 << 2, Feed = 1 << 3, Sequence = 1 << 4, SliceEnd = 1 << 5,
        Bid = 1 << 6, BidSize = 1 << 7, Ask = 1 << 8, AskSize = 1 << 9, Price = 1 << 10, Size = 1 << 11,
        Open = 1 << 12, High = 1 << 13, Low = 1 << 14, Start = 1 << 15,
        NewShares = 1 << 16, OldShares = 1 << 17, CashPerShare = 1 << 18,
    }

    private static Member Needed(SignalKind? kind) => Member.Kind | Member.Instrument | Member.Time | Member.Feed | Member.Sequence | kind switch
    {
        SignalKind.Quote => Member.Bid | Member.Ask,
        SignalKind.Trade => Member.Price,
        SignalKind.Bar => Member.Price | Member.Open | Member.High | Member.Low | Member.Start,
        SignalKind.Dividend => Member.CashPerShare,
        SignalKind.Split => Member.NewShares | Member.OldShares,
        _ => Member.None,
    };

    /// <summary>By length first, as most names then take one comparison; a name with escapes is compared with all of them.</summary>
    private static Member MemberAt(ref Utf8JsonReader reader)
    {
        var length = reader.ValueIsEscaped ? 0 : reader.ValueSpan.Length;
        foreach (var (name, member) in Members)
            if ((length == 0 || length == name.Length) && reader.ValueTextEquals(name)) return member;
        return Member.None;
    }

    private static string Name(Member member) => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    private static string? Kind(ref Utf8JsonReader reader, out SignalKind? kind)
    {
        kind = reader.TokenType != JsonTokenType.String ? null
            : reader.ValueTextEquals("quote"u8) ? SignalKind.Quote
            : reader.ValueTextEquals("trade"u8) ? SignalKind.Trade
            : reader.ValueTextEquals("bar"u8) ? SignalKind.Bar
            : reader.ValueTextEquals("dividend"u8) ? SignalKind.Dividend
            : reader.ValueTextEquals("split"u8) ? SignalKind.Split : null;
        return kind is null ? "quote, trade, bar, dividend or split" : null;
    }

    private static string? String(ref Utf8JsonReader reader, out string? value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return value is null ? "a string" : null;
    }

    private static string? Boolean(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False ? null : "true or false";
    }

    private static string? Time(ref Utf8JsonReader reader, out Timestamp value)
    {
        value = default;
        return reader.TokenType == JsonTokenType.String && Timestamp.TryParse(reader.ValueSpan, out value)
            ? null : "a UTC time, such as 2013-10-07T13:31:00.000000Z";
    }

    private static string? Integer(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Number
            && long.TryParse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            ? null : "a 64-bit integer, as a string or a number";
    }

    /// <summary>Refuses what decimal would round: a price is taken as it was sent or not at all.</summary>
    private static string? Decimal(ref Utf8JsonReader reader, out decimal value)
    {
        const string rule = "a decimal of at most 28 digits, as a string or a number";
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        value = 0;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) return rule;
        var text = reader.ValueSpan;
        if (text.Length is 0 or > 31) return rule;
        if (reader.TokenType == JsonTokenType.Number && text.IndexOfAny((byte)'e', (byte)'E') >= 0)
            return reader.TryGetDecimal(out value) ? null : rule;
        if (!decimal.TryParse(text, plain, CultureInfo.InvariantCulture, out value)) return rule;
        var point = text.IndexOf((byte)'.');
        return value.Scale == (point < 0 ? 0 : text.Length - point - 1) ? null : rule;
    }

    private static string Shown(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject) return "{…}";
        if (reader.TokenType is JsonTokenType.StartArray) return "[…]";
        var text = reader.ValueSpan;
        return $"'{Encoding.UTF8.GetString(text.Length > 64 ? text[..64] : text)}'";
    }

    private ref struct Text(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Put(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_destination[Length..]);
            Length += text.Length;
        }

        public void Put(ReadOnlySpan<byte> name, decimal value)
        {
            Open(name);
            value.TryFormat(_destination[Length..], out var used, default, CultureInfo.InvariantCulture);
            Close(used);
        }

        public void Put(ReadOnlySpan<byte> name, long value)
        {
            Open(name);
            value.TryFormat(_destination[Length..], out var used, default, CultureInfo.InvariantCulture);
            Close(used);
        }

        public void Put(ReadOnlySpan<byte> name, Timestamp value)
        {
            Open(name);
            value.Format(_destination[Length..]);
            Close(Timestamp.TextLength);
        }

        public void Put(ReadOnlySpan<byte> name, string value)
        {
            Open(name);
            if (value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && value.AsSpan().IndexOfAny('"', '\\') < 0)
                Close(Encoding.UTF8.GetBytes(value, _destination[Length..]));
            else
                Close(Escaped(value, _destination[Length..]));
        }

        private void Open(ReadOnlySpan<byte> name)
        {
            Put(name);
            _destination[Length++] = (byte)'"';
        }

        private void Close(int used)
        {
            Length += used;
            _destination[Length++] = (byte)'"';
        }

        /// <summary>RFC 8785 §3.2.2.2: short escapes where JSON has them, else lower-case hex for control characters only.</summary>
        private static int Escaped(string value, Span<byte> destination)
        {
            var escaped = new StringBuilder(value.Length * 2);
            foreach (var c in value)
            {
                _ = c switch
                {
                    '"' => escaped.Append("\\\""),
                    '\\' => escaped.Append("\\\\"),
                    '\b' => escaped.Append("\\b"),
                    '\f' => escaped.Append("\\f"),
                    '\n' => escaped.Append("\\n"),
                    '\r' => escaped.Append("\\r"),
                    '\t' => escaped.Append("\\t"),
                    < ' ' => escaped.Append("\\u00").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                    _ => escaped.Append(c),
                };
            }

            return Encoding.UTF8.GetBytes(escaped.ToString(), destination);
        }
    }
}
