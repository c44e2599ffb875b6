using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EventSourcedTrading.EventStore.Audit;

/// <summary>
/// RFC 8785 (JSON Canonicalization Scheme): no white space, members sorted by the UTF-16 code units of their
/// names, the shortest escapes, numbers as ECMAScript prints them.
/// </summary>
/// <remarks>
/// One pass: each member is written where it stands, and an object whose members came out of order is put in
/// order when it closes. Stricter than the RFC in one point: U+0000 is refused, because PostgreSQL's jsonb
/// cannot hold it and the leaf of an event must be recomputable from its row.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>How deep arrays and objects may be nested.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> EndsPlainText = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    /// <summary>Appends the canonical form of one JSON value, given as UTF-8, to <paramref name="output"/>.</summary>
    /// <exception cref="CanonicalJsonException">The text is not one JSON value within the rules; says where.</exception>
    public static void Write(
        ReadOnlySpan<byte> json, ByteWriter output, CanonicalNumbers numbers = CanonicalNumbers.Exact)
    {
        if (!Utf8.IsValid(json)) throw new CanonicalJsonException(0, "the text is not valid UTF-8");
        var pass = new Pass(json, output, numbers);
        try
        {
            pass.Document();
        }
        finally
        {
            pass.ReturnBuffers();
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, ByteWriter, CanonicalNumbers)"/>
    public static byte[] Write(ReadOnlySpan<byte> json, CanonicalNumbers numbers = CanonicalNumbers.Exact)
    {
        using var output = new ByteWriter(json.Length + 16);
        Write(json, output, numbers);
        return output.Written.ToArray();
    }

    /// <summary>Appends <paramref name="text"/> as a canonical JSON string.</summary>
    /// <exception cref="ArgumentException">The text holds U+0000 or half of a surrogate pair.</exception>
    public static void WriteString(string text, ByteWriter output)
    {
        output.Write((byte)'"');
        var start = output.Length;
        var room = output.Append(Encoding.UTF8.GetMaxByteCount(text.Length));
        if (Utf8.FromUtf16(text, room, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new ArgumentException("The text holds half of a surrogate pair.", nameof(text));
        if (room[..written].IndexOfAny(EndsPlainText) < 0)
        {
            output.Truncate(start + written);
        }
        else
        {
            output.Truncate(start);
            foreach (var rune in text.EnumerateRunes()) WriteRune(rune.Value, output, text);
        }
        output.Write((byte)'"');
    }

    private static void WriteRune(int scalar, ByteWriter output, string text)
    {
        if (scalar == 0) throw new ArgumentException("The text holds U+0000.", nameof(text));
        WriteScalar(scalar, output);
    }

    private static void WriteScalar(int scalar, ByteWriter output)
    {
        switch (scalar)
        {
            case '"': output.Write("\\\""u8); break;
            case '\\': output.Write("\\\\"u8); break;
            case '\b': output.Write("\\b"u8); break;
            case '\t': output.Write("\\t"u8); break;
            case '\n': output.Write("\\n"u8); break;
            case '\f': output.Write("\\f"u8); break;
            case '\r': output.Write("\\r"u8); break;
            case < 0x20:
                output.Write("\\u00"u8);
                output.Write((byte)('0' + (scalar >> 4)));
                output.Write("0123456789abcdef"u8[scalar & 15]);
                break;
            default:
                Span<byte> utf8 = stackalloc byte[4];
                output.Write(utf8[..new Rune(scalar).EncodeToUtf8(utf8)]);
                break;
        }
    }

    /// <summary>One member of an object that is open: where its name and its end lie in the output.</summary>
    /// <param name="Prefix">
    /// The first eight bytes of a name that is plain ASCII, most significant first, to decide most comparisons; 0 for
    /// other names.
    /// </param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Member(int Start, int NameEnd, int End, ulong Prefix);

    private static ulong PrefixOf(ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)'\\') || !Ascii.IsValid(name)) return 0;
        if (name.Length >= 8) return BinaryPrimitives.ReadUInt64BigEndian(name);
        var prefix = 0UL;
        foreach (var c in name) prefix = (prefix << 8) | c;
        return prefix << (8 * (8 - name.Length)); // no name holds U+0000, so the filling sorts before any character
    }

    private ref struct Pass(ReadOnlySpan<byte> json, ByteWriter output, CanonicalNumbers numbers)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private int _at;
        private Member[] _members = ArrayPool<Member>.Shared.Rent(64);
        private int _memberCount;

        public readonly void ReturnBuffers() => ArrayPool<Member>.Shared.Return(_members);

        public void Document()
        {
            SkipSpace();
            Value(0);
            SkipSpace();
            if (_at != _json.Length) throw Error("text after the end of the value");
        }

        private void Value(int depth)
        {
            switch (Peek())
            {
                case (byte)'{': Object(depth); break;
                case (byte)'[': Array(depth); break;
                case (byte)'"': String(); break;
                case (byte)'t': Literal("true"u8); break;
                case (byte)'f': Literal("false"u8); break;
                case (byte)'n': Literal("null"u8); break;
                case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                    _at += CanonicalNumber.Write(_json, _at, output, numbers);
                    break;
                default: throw Error("a value was expected");
            }
        }

        private void Array(int depth)
        {
            Open((byte)'[', depth);
            if (Peek() != ']')
            {
                while (true)
                {
                    Value(depth + 1);
                    SkipSpace();
                    if (Peek() != ',') break;
                    Take((byte)',');
                }
            }
            Take((byte)']');
        }

        private void Object(int depth)
        {
            Open((byte)'{', depth);
            var first = _memberCount;
            var inOrder = true;
            if (Peek() != '}')
            {
                while (true)
                {
                    if (Peek() != '"') throw Error("a member name was expected");
                    var start = output.Length;
                    String();
                    var nameEnd = output.Length;
                    SkipSpace();
                    Take((byte)':');
                    Value(depth + 1);
                    Remember(new Member(start, nameEnd, output.Length, PrefixOf(output.Written[(start + 1)..(nameEnd - 1)])));
                    if (inOrder && _memberCount - first > 1)
                        inOrder = Compare(_members[_memberCount - 2], _members[_memberCount - 1]) < 0;
                    SkipSpace();
                    if (Peek() != ',') break;
                    Take((byte)',');
                }
            }
            if (!inOrder) PutInOrder(_members.AsSpan(first, _memberCount - first));
            _memberCount = first;
            Take((byte)'}');
        }

        private readonly void PutInOrder(Span<Member> members)
        {
            var start = members[0].Start;
            var length = output.Length - start;
            members.Sort(new ByName(output));
            var sorted = ArrayPool<byte>.Shared.Rent(length);
            var at = 0;
            for (var i = 0; i < members.Length; i++)
            {
                if (i > 0)
                {
                    if (Compare(members[i - 1], members[i]) == 0) throw Duplicate(members[i]);
                    sorted[at++] = (byte)',';
                }
                var text = output.Written[members[i].Start..members[i].End];
                text.CopyTo(sorted.AsSpan(at));
                at += text.Length;
            }
            sorted.AsSpan(0, length).CopyTo(output.Written[start..]);
            ArrayPool<byte>.Shared.Return(sorted);
        }

        private readonly CanonicalJsonException Duplicate(Member member) => Error(
            $"the member {Encoding.UTF8.GetString(output.Written[member.Start..member.NameEnd])} is there twice");

        private readonly int Compare(Member a, Member b) => new ByName(output).Compare(a, b);

        private void Remember(Member member)
        {
            if (_memberCount == _members.Length)
            {
                var larger = ArrayPool<Member>.Shared.Rent(_members.Length * 2);
                _members.CopyTo(larger, 0);
                ArrayPool<Member>.Shared.Return(_members);
                _members = larger;
            }
            _members[_memberCount++] = member;
        }

        private void String()
        {
            output.Write((byte)'"');
            _at++;
            while (true)
            {
                var rest = _json[_at..];
                var plain = rest.IndexOfAny(EndsPlainText);
                if (plain < 0) throw Error("a string has no end");
                output.Write(rest[..plain]);
                _at += plain;
                if (_json[_at] == '"') break;
                if (_json[_at] != '\\') throw Error("a control character in a string must be escaped");
                WriteScalar(Escape(), output);
            }
            _at++;
            output.Write((byte)'"');
        }

        private int Escape()
        {
            _at++;
            var kind = Peek();
            _at++;
            switch (kind)
            {
                case (byte)'"' or (byte)'\\' or (byte)'/': return kind;
                case (byte)'b': return '\b';
                case (byte)'f': return '\f';
                case (byte)'n': return '\n';
                case (byte)'r': return '\r';
                case (byte)'t': return '\t';
                case (byte)'u': break;
                default: throw Error("an unknown escape in a string");
            }
            var unit = HexUnit();
            if (unit == 0) throw Error("U+0000 cannot be stored");
            if (!char.IsSurrogate(unit)) return unit;
            if (!char.IsHighSurrogate(unit) || !_json[_at..].StartsWith("\\u"u8)) throw HalfPair();
            _at += 2;
            var low = HexUnit();
            return char.IsLowSurrogate(low) ? char.ConvertToUtf32(unit, low) : throw HalfPair();
        }

        private readonly CanonicalJsonException HalfPair() => Error("half of a surrogate pair in a string");

        private char HexUnit()
        {
            var unit = 0;
            for (var i = 0; i < 4; i++, _at++)
            {
                var digit = HexDigit(Peek());
                if (digit < 0) throw Error("four hexadecimal digits were expected");
                unit = (unit << 4) | digit;
            }
            return (char)unit;
        }

        private static int HexDigit(byte c) => c switch
        {
            >= (byte)'0' and <= (byte)'9' => c - '0',
            >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
            _ => -1,
        };

        private void Literal(ReadOnlySpan<byte> word)
        {
            if (!_json[_at..].StartsWith(word)) throw Error("a value was expected");
            output.Write(word);
            _at += word.Length;
        }

        private void Open(byte bracket, int depth)
        {
            if (depth >= MaxDepth) throw Error($"nested deeper than {MaxDepth} levels");
            Take(bracket);
        }

        private void Take(byte expected)
        {
            if (Peek() != expected) throw Error($"'{(char)expected}' was expected");
            output.Write(expected);
            _at++;
            SkipSpace();
        }

        private readonly byte Peek() => _at < _json.Length ? _json[_at] : throw Error("the text ends too early");

        private void SkipSpace()
        {
            while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
        }

        private readonly CanonicalJsonException Error(string rule) => new(_at, rule);
    }

    /// <summary>RFC 8785 §3.2.3: the order of the names as UTF-16 code units, before escaping.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct ByName(ByteWriter output) : IComparer<Member>
    {
        public int Compare(Member x, Member y)
        {
            if (x.Prefix != y.Prefix && x.Prefix != 0 && y.Prefix != 0) return x.Prefix.CompareTo(y.Prefix);
            var a = output.Written[x.Start..x.NameEnd];
            var b = output.Written[y.Start..y.NameEnd];
            if (a.Contains((byte)'\\') || b.Contains((byte)'\\'))
                return string.CompareOrdinal(Unescape(a), Unescape(b));
            a = a[1..^1];
            b = b[1..^1];
            var same = a.CommonPrefixLength(b);
            if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);
            // UTF-8 sorts as code points do. UTF-16 differs in one case: characters above U+FFFF (lead byte
            // F0 and up) are surrogates there, D800–DFFF, and come before U+E000–U+FFFF (lead bytes EE, EF).
            byte left = a[same], right = b[same];
            if (left >= 0xF0 && right is 0xEE or 0xEF) return -1;
            if (right >= 0xF0 && left is 0xEE or 0xEF) return 1;
            return left.CompareTo(right);
        }

        private static string? Unescape(ReadOnlySpan<byte> quoted)
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString();
        }
    }
}

/// <summary>The text is not JSON that can be kept; <see cref="Offset"/> is the byte where that was noticed.</summary>
public sealed class CanonicalJsonException(int offset, string rule)
    : FormatException($"Not acceptable JSON at byte {offset}: {rule}.")
{
    public int Offset { get; } = offset;

    public string Rule { get; } = rule;
}
