using System.Buffers;
using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>JSON in the making, in pooled memory. Unlike <see cref="Utf8JsonWriter"/> it can go back: a null that propagates takes away what was written.</summary>
internal sealed class JsonBuffer(int maxBytes) : IDisposable
{
    private const int LongestNumber = 40;
    private const int LongestFormatted = 64;
    private static readonly SearchValues<char> Special = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    public int Position { get; private set; }
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Position);

    public void Truncate(int position) => Position = position;

    /// <exception cref="LimitException" />
    public void ThrowIfTooLong()
    {
        if (Position > maxBytes) throw TooLong();
    }

    public void Write(byte one)
    {
        if (Position == _bytes.Length) Grow(1);
        _bytes[Position++] = one;
    }

    public void Write(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Space(json.Length));
        Position += json.Length;
    }

    public void WriteNull() => Write("null"u8);

    public void WriteString(string value)
    {
        var space = Space(value.Length * 3 + 2);
        if (value.AsSpan().IndexOfAny(Special) >= 0)
        {
            WriteEscaped(value);
            return;
        }

        space[0] = (byte)'"';
        var length = Encoding.UTF8.GetBytes(value, space[1..]); // half a surrogate pair comes out as U+FFFD
        space[length + 1] = (byte)'"';
        Position += length + 2;
    }

    /// <summary>A scalar's own way, see <see cref="ScalarType.Utf8Format"/>.</summary>
    public bool TryWriteFormatted(Utf8Format format, object value)
    {
        var space = Space(LongestFormatted + 2);
        if (!format(value, space.Slice(1, LongestFormatted), out var length)) return false;
        space[0] = space[length + 1] = (byte)'"';
        Position += length + 2;
        return true;
    }

    /// <summary>What a scalar may give, and lists and dictionaries of it.</summary>
    /// <exception cref="SerializationException">It is not of JSON, such as a number that is not finite.</exception>
    public void WriteValue(object? value)
    {
        switch (value)
        {
            case null: WriteNull(); break;
            case string text: WriteString(text); break;
            case int number: Formatted(number); break;
            case bool yes: Write(yes ? "true"u8 : "false"u8); break;
            case long number: Formatted(number); break;
            case double number when double.IsFinite(number): Formatted(number); break;
            case float number when float.IsFinite(number): Formatted(number); break;
            case decimal or short or ushort or byte or sbyte or uint or ulong: Formatted((IUtf8SpanFormattable)value); break;
            case JsonElement json: WriteRaw(json); break;
            case IEnumerable<KeyValuePair<string, object?>> fields: WriteFields(fields); break;
            case IEnumerable items: WriteItems(items); break;
            default: throw new SerializationException($"JSON cannot represent value: {Inspect.Value(value)}");
        }
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        Position = 0;
    }

    private void Formatted<T>(T number) where T : IUtf8SpanFormattable
    {
        if (!number.TryFormat(Space(LongestNumber), out var length, default, CultureInfo.InvariantCulture)) throw new SerializationException($"JSON cannot represent value: {number}");
        Position += length;
    }

    private void WriteRaw(JsonElement json)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text)) json.WriteTo(writer);
        Write(text.WrittenSpan);
    }

    private void WriteFields(IEnumerable<KeyValuePair<string, object?>> fields)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Write((byte)'{');
        var first = true;
        foreach (var (name, value) in fields)
        {
            if (!first) Write((byte)',');
            first = false;
            WriteString(name);
            Write((byte)':');
            WriteValue(value);
        }

        Write((byte)'}');
    }

    private void WriteItems(IEnumerable items)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Write((byte)'[');
        var first = true;
        foreach (var item in items)
        {
            if (!first) Write((byte)',');
            first = false;
            WriteValue(item);
        }

        Write((byte)']');
    }

    private void WriteEscaped(string value)
    {
        Write((byte)'"');
        var rest = value.AsSpan();
        while (rest.Length > 0)
        {
            var plain = rest.IndexOfAny(Special);
            var run = plain < 0 ? rest : rest[..plain];
            Position += Encoding.UTF8.GetBytes(run, Space(run.Length * 3));
            if (plain < 0) break;
            WriteEscape(rest[plain]);
            rest = rest[(plain + 1)..];
        }

        Write((byte)'"');
    }

    private void WriteEscape(char c)
    {
        switch (c)
        {
            case '"': Write("\\\""u8); break;
            case '\\': Write("\\\\"u8); break;
            case '\n': Write("\\n"u8); break;
            case '\r': Write("\\r"u8); break;
            case '\t': Write("\\t"u8); break;
            case '\b': Write("\\b"u8); break;
            case '\f': Write("\\f"u8); break;
            default:
                Write("\\u00"u8);
                Utf8Formatter.TryFormat((byte)c, Space(2), out _, new StandardFormat('x', 2));
                Position += 2;
                break;
        }
    }

    private Span<byte> Space(int bytes)
    {
        if (_bytes.Length - Position < bytes) Grow(bytes);
        return _bytes.AsSpan(Position);
    }

    private void Grow(int bytes)
    {
        var needed = (long)Position + bytes;
        if (Position > maxBytes || needed > Array.MaxLength) throw TooLong();
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, _bytes.Length * 2L), Array.MaxLength));
        _bytes.AsSpan(0, Position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private LimitException TooLong() => new($"The response is longer than {maxBytes} bytes; ask for less.", ErrorCodes.ResponseTooLarge);
}
