using System.Text;

namespace HotChocolate.Language;

/// <summary>Strings in quotes and in blocks, with their escapes (specification, section 2.9.4).</summary>
internal partial struct Lexer
{
    private void ReadString(int start)
    {
        var (at, chunk) = (start + 1, start + 1);
        StringBuilder? pieces = null;
        while (at < source.Length)
        {
            switch (source[at])
            {
                case '"':
                    var last = source.AsSpan(chunk, at - chunk);
                    var said = pieces is null ? last.ToString() : pieces.Append(last).ToString();
                    Take(TokenKind.String, start, at + 1 - start);
                    _text = said;
                    return;
                case '\\':
                    (pieces ??= new()).Append(source, chunk, at - chunk);
                    chunk = at += AppendEscaped(pieces, at);
                    break;
                case '\n' or '\r':
                    throw Error(at, "Unterminated string.");
                default:
                    at += LengthOfCharacter(at) is > 0 and var length ? length : throw Error(at, $"Invalid character within String: {Show(at)}.");
                    break;
            }
        }

        throw Error(at, "Unterminated string.");
    }

    /// <returns>How long the escape is.</returns>
    private readonly int AppendEscaped(StringBuilder to, int at)
    {
        var escaped = CharAt(at + 1) switch { '"' => '"', '\\' => '\\', '/' => '/', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'u' => 'u', _ => '\0' };
        switch (escaped)
        {
            case '\0':
                throw Error(at, $"Invalid character escape sequence: \"{Cut(at, 2)}\".");
            case not 'u':
                to.Append(escaped);
                return 2;
            default:
                return CharAt(at + 2) == '{' ? AppendBraced(to, at) : AppendFourDigits(to, at);
        }
    }

    /// <summary><c>\u{1F600}</c>: up to eight digits behind any number of zeros.</summary>
    private readonly int AppendBraced(StringBuilder to, int at)
    {
        var (point, size) = (0, 3);
        while (CharAt(at + size) == '0') size++;
        for (var longest = size + 9; size < longest;)
        {
            var code = CharAt(at + size++);
            if (code == '}')
            {
                if (size < 5 || !Rune.IsValid(point)) break;
                to.Append(new Rune(point).ToString());
                return size;
            }

            point = (point << 4) | HexDigit(code);
            if (point < 0) break;
        }

        throw Error(at, $"Invalid Unicode escape sequence: \"{Cut(at, size)}\".");
    }

    /// <summary><c>\u00E9</c>, or a pair of surrogates.</summary>
    private readonly int AppendFourDigits(StringBuilder to, int at)
    {
        var code = FourDigits(at + 2);
        if (code >= 0 && Rune.IsValid(code))
        {
            to.Append((char)code);
            return 6;
        }

        if (code is >= 0xD800 and <= 0xDBFF && CharAt(at + 6) == '\\' && CharAt(at + 7) == 'u' && FourDigits(at + 8) is >= 0xDC00 and <= 0xDFFF and var low)
        {
            to.Append((char)code).Append((char)low);
            return 12;
        }

        throw Error(at, $"Invalid Unicode escape sequence: \"{Cut(at, 6)}\".");
    }

    private readonly int FourDigits(int at) =>
        (HexDigit(CharAt(at)) << 12) | (HexDigit(CharAt(at + 1)) << 8) | (HexDigit(CharAt(at + 2)) << 4) | HexDigit(CharAt(at + 3));

    private readonly ReadOnlySpan<char> Cut(int at, int length) => source.AsSpan(at, Math.Min(length, source.Length - at));

    private void ReadBlockString(int start)
    {
        var (at, chunk, lines, newLineStart) = (start + 3, start + 3, new List<string>(), _lineStart);
        StringBuilder? pieces = null;
        while (at < source.Length)
        {
            switch (source[at])
            {
                case '"' when CharAt(at + 1) == '"' && CharAt(at + 2) == '"':
                    lines.Add(Joined(ref pieces, chunk, at));
                    Take(TokenKind.BlockString, start, at + 3 - start);
                    _text = BlockString.Dedent(lines);
                    (_line, _lineStart) = (_line + lines.Count - 1, newLineStart);
                    return;
                case '\\' when CharAt(at + 1) == '"' && CharAt(at + 2) == '"' && CharAt(at + 3) == '"':
                    (pieces ??= new()).Append(source, chunk, at - chunk);
                    chunk = at + 1;
                    at += 4;
                    break;
                case '\n' or '\r':
                    lines.Add(Joined(ref pieces, chunk, at));
                    newLineStart = chunk = at += source[at] == '\r' && CharAt(at + 1) == '\n' ? 2 : 1;
                    break;
                default:
                    at += LengthOfCharacter(at) is > 0 and var length ? length : throw Error(at, $"Invalid character within String: {Show(at)}.");
                    break;
            }
        }

        throw Error(at, "Unterminated string.");
    }

    private readonly string Joined(ref StringBuilder? pieces, int from, int to)
    {
        var whole = pieces is null ? source[from..to] : pieces.Append(source, from, to - from).ToString();
        pieces = null;
        return whole;
    }

    private static int HexDigit(int code) => code switch { >= '0' and <= '9' => code - '0', >= 'A' and <= 'F' => code - 'A' + 10, >= 'a' and <= 'f' => code - 'a' + 10, _ => -1 };
}
