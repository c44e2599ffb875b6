using System.Runtime.CompilerServices;

namespace HotChocolate.Language;

internal enum TokenKind : byte
{
    StartOfFile, EndOfFile, Bang, Dollar, Ampersand, LeftParenthesis, RightParenthesis, Spread, Colon, Equal, At,
    LeftBracket, RightBracket, LeftBrace, Pipe, RightBrace, Name, Int, Float, String, BlockString,
}

/// <summary>Cuts a document into tokens, one at a time and without memory of its own; a copy is a way to look ahead.</summary>
internal partial struct Lexer(string source)
{
    private int _line = 1;
    private int _lineStart;
    private string? _text;

    public readonly string Source => source;

    /// <summary>The token at hand. Before the first <see cref="Advance"/> it is the start of the file.</summary>
    public TokenKind Kind { get; private set; } = TokenKind.StartOfFile;

    public int Start { get; private set; }
    public int End { get; private set; }
    public int Line { get; private set; } = 1;
    public int Column { get; private set; } = 1;

    /// <summary>What a name, number or string says; null for the others.</summary>
    public readonly string? Text => Kind is TokenKind.Name or TokenKind.Int or TokenKind.Float ? source.Substring(Start, End - Start) : _text;

    public readonly bool IsName(string name) => Kind == TokenKind.Name && source.AsSpan(Start, End - Start).SequenceEqual(name);

    public readonly SyntaxException Error(int position, string what) => new(source, position, what);

    public readonly string Describe() => Text is { } said ? $"{Describe(Kind)} \"{said}\"" : Describe(Kind);

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.StartOfFile => "<SOF>",
        TokenKind.EndOfFile => "<EOF>",
        TokenKind.Bang => "\"!\"",
        TokenKind.Dollar => "\"$\"",
        TokenKind.Ampersand => "\"&\"",
        TokenKind.LeftParenthesis => "\"(\"",
        TokenKind.RightParenthesis => "\")\"",
        TokenKind.Spread => "\"...\"",
        TokenKind.Colon => "\":\"",
        TokenKind.Equal => "\"=\"",
        TokenKind.At => "\"@\"",
        TokenKind.LeftBracket => "\"[\"",
        TokenKind.RightBracket => "\"]\"",
        TokenKind.LeftBrace => "\"{\"",
        TokenKind.Pipe => "\"|\"",
        TokenKind.RightBrace => "\"}\"",
        _ => kind.ToString(),
    };

    public void Advance()
    {
        var at = End;
        while (true)
        {
            switch (CharAt(at))
            {
                case '\uFEFF' or '\t' or ' ' or ',': at++; break;
                case '\n': NewLine(++at); break;
                case '\r': NewLine(at += CharAt(at + 1) == '\n' ? 2 : 1); break;
                case '#': at = AfterComment(at + 1); break;
                case '!': Take(TokenKind.Bang, at, 1); return;
                case '$': Take(TokenKind.Dollar, at, 1); return;
                case '&': Take(TokenKind.Ampersand, at, 1); return;
                case '(': Take(TokenKind.LeftParenthesis, at, 1); return;
                case ')': Take(TokenKind.RightParenthesis, at, 1); return;
                case '.' when CharAt(at + 1) == '.' && CharAt(at + 2) == '.': Take(TokenKind.Spread, at, 3); return;
                case ':': Take(TokenKind.Colon, at, 1); return;
                case '=': Take(TokenKind.Equal, at, 1); return;
                case '@': Take(TokenKind.At, at, 1); return;
                case '[': Take(TokenKind.LeftBracket, at, 1); return;
                case ']': Take(TokenKind.RightBracket, at, 1); return;
                case '{': Take(TokenKind.LeftBrace, at, 1); return;
                case '|': Take(TokenKind.Pipe, at, 1); return;
                case '}': Take(TokenKind.RightBrace, at, 1); return;
                case '"' when CharAt(at + 1) == '"' && CharAt(at + 2) == '"': ReadBlockString(at); return;
                case '"': ReadString(at); return;
                case '-' or (>= '0' and <= '9'): ReadNumber(at); return;
                case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'): ReadName(at); return;
                case < 0: Take(TokenKind.EndOfFile, source.Length, 0); return;
                case '\'': throw Error(at, "Unexpected single quote character ('), did you mean to use a double quote (\")?");
                default: throw Error(at, $"{(LengthOfCharacter(at) > 0 ? "Unexpected" : "Invalid")} character: {Show(at)}.");
            }
        }
    }

    /// <summary>-1 behind the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int CharAt(int at) => (uint)at < (uint)source.Length ? source[at] : -1;

    private void NewLine(int start) => (_line, _lineStart) = (_line + 1, start);

    private void Take(TokenKind kind, int start, int length)
    {
        (Kind, Start, End, _text) = (kind, start, start + length, null);
        (Line, Column) = (_line, start - _lineStart + 1);
    }

    private readonly int AfterComment(int at)
    {
        while (at < source.Length && source[at] is not ('\n' or '\r') && LengthOfCharacter(at) is > 0 and var length) at += length;
        return at;
    }

    private void ReadName(int start)
    {
        var at = start + 1;
        while (IsNameStart(CharAt(at)) || IsDigit(CharAt(at))) at++;
        Take(TokenKind.Name, start, at - start);
    }

    private void ReadNumber(int start)
    {
        var (at, kind) = (start, TokenKind.Int);
        if (CharAt(at) == '-') at++;
        if (CharAt(at) == '0')
        {
            if (IsDigit(CharAt(++at))) throw Error(at, $"Invalid number, unexpected digit after 0: {Show(at)}.");
        }
        else
        {
            at = AfterDigits(at);
        }

        if (CharAt(at) == '.') (at, kind) = (AfterDigits(at + 1), TokenKind.Float);
        if (CharAt(at) is 'e' or 'E') (at, kind) = (AfterDigits(at + (CharAt(at + 1) is '+' or '-' ? 2 : 1)), TokenKind.Float);
        if (CharAt(at) == '.' || IsNameStart(CharAt(at))) throw Error(at, $"Invalid number, expected digit but got: {Show(at)}.");
        Take(kind, start, at - start);
    }

    private readonly int AfterDigits(int at)
    {
        if (!IsDigit(CharAt(at))) throw Error(at, $"Invalid number, expected digit but got: {Show(at)}.");
        do at++;
        while (IsDigit(CharAt(at)));
        return at;
    }

    /// <summary>1, or 2 for a pair of surrogates; 0 for a surrogate that stands alone.</summary>
    private readonly int LengthOfCharacter(int at) =>
        !char.IsSurrogate(source[at]) ? 1 : at + 1 < source.Length && char.IsSurrogatePair(source[at], source[at + 1]) ? 2 : 0;

    private readonly string Show(int at)
    {
        if (at >= source.Length) return "<EOF>";
        var code = LengthOfCharacter(at) == 2 ? char.ConvertToUtf32(source[at], source[at + 1]) : source[at];
        return code switch { '"' => "'\"'", >= ' ' and <= '~' => $"\"{(char)code}\"", _ => $"U+{code:X4}" };
    }

    private static bool IsDigit(int code) => code is >= '0' and <= '9';
    private static bool IsNameStart(int code) => code is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');
}
