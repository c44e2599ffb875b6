namespace HotChocolate.Language;

/// <summary>Recursive descent, a method for each symbol of the grammar; the token at hand is the one not yet consumed.</summary>
internal ref partial struct Parser(string source, ParserOptions options)
{
    private readonly int _maxTokens = options.MaxTokens ?? int.MaxValue;
    private readonly int _maxDepth = Math.Min(options.MaxDepth, ParserOptions.DeepestEver);
    private Lexer _lexer = new(source);
    private int _lastEnd;
    private int _tokens;
    private int _depth;

    public DocumentNode ParseDocument()
    {
        Advance();
        var definitions = new List<IDefinitionNode>();
        do definitions.Add(ParseDefinition());
        while (_lexer.Kind != TokenKind.EndOfFile);
        return new DocumentNode(new Location(0, _lexer.End, 1, 1), definitions);
    }

    public IValueNode ParseLoneValue()
    {
        Advance();
        var value = ParseValue(constant: false);
        Expect(TokenKind.EndOfFile);
        return value;
    }

    public ITypeNode ParseLoneType()
    {
        Advance();
        var type = ParseType();
        Expect(TokenKind.EndOfFile);
        return type;
    }

    private readonly Location From(Lexer start) => new(start.Start, _lastEnd, start.Line, start.Column);

    private void Enter()
    {
        if (++_depth > _maxDepth) throw _lexer.Error(_lexer.Start, $"Document nests deeper than {_maxDepth}. Parsing aborted.");
    }

    private readonly Lexer LookAhead()
    {
        var ahead = _lexer;
        ahead.Advance();
        return ahead;
    }

    private void Advance()
    {
        _lastEnd = _lexer.End;
        _lexer.Advance();
        if (_lexer.Kind != TokenKind.EndOfFile && ++_tokens > _maxTokens)
            throw _lexer.Error(_lexer.Start, $"Document contains more that {_maxTokens} tokens. Parsing aborted.");
    }

    private bool Skip(TokenKind kind)
    {
        if (_lexer.Kind != kind) return false;
        Advance();
        return true;
    }

    private void Expect(TokenKind kind)
    {
        if (!Skip(kind)) throw _lexer.Error(_lexer.Start, $"Expected {Lexer.Describe(kind)}, found {_lexer.Describe()}.");
    }

    private bool SkipKeyword(string word)
    {
        if (!_lexer.IsName(word)) return false;
        Advance();
        return true;
    }

    private void ExpectKeyword(string word)
    {
        if (!SkipKeyword(word)) throw _lexer.Error(_lexer.Start, $"Expected \"{word}\", found {_lexer.Describe()}.");
    }

    private static SyntaxException Unexpected(Lexer token) => token.Error(token.Start, $"Unexpected {token.Describe()}.");
}
