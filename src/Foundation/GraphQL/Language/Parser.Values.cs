namespace HotChocolate.Language;

/// <summary>Values, directives and names of types (specification, sections 2.9 to 2.12).</summary>
internal ref partial struct Parser
{
    private IValueNode ParseValue(bool constant)
    {
        var start = _lexer;
        switch (_lexer.Kind)
        {
            case TokenKind.LeftBracket:
                Enter();
                Advance();
                var items = new List<IValueNode>();
                while (!Skip(TokenKind.RightBracket)) items.Add(ParseValue(constant));
                _depth--;
                return new ListValueNode(From(start), items);
            case TokenKind.LeftBrace:
                Enter();
                Advance();
                var fields = new List<ObjectFieldNode>();
                while (!Skip(TokenKind.RightBrace)) fields.Add(ParseObjectField(constant));
                _depth--;
                return new ObjectValueNode(From(start), fields);
            case TokenKind.Int:
                Advance();
                return new IntValueNode(From(start), start.Text!);
            case TokenKind.Float:
                Advance();
                return new FloatValueNode(From(start), start.Text!);
            case TokenKind.String or TokenKind.BlockString:
                return ParseDescription()!;
            case TokenKind.Name:
                Advance();
                return source.AsSpan(start.Start, start.End - start.Start) switch
                {
                    "true" => new BooleanValueNode(From(start), true),
                    "false" => new BooleanValueNode(From(start), false),
                    "null" => new NullValueNode(From(start)),
                    _ => new EnumValueNode(From(start), start.Text!),
                };
            case TokenKind.Dollar when constant:
                Advance();
                throw _lexer.Kind == TokenKind.Name ? _lexer.Error(start.Start, $"Unexpected variable \"${_lexer.Text}\" in constant value.") : Unexpected(start);
            case TokenKind.Dollar:
                return ParseVariable();
            default:
                throw Unexpected(_lexer);
        }
    }

    private ObjectFieldNode ParseObjectField(bool constant)
    {
        var start = _lexer;
        var name = ParseName();
        Expect(TokenKind.Colon);
        var value = ParseValue(constant);
        return new(From(start), name, value);
    }

    private IReadOnlyList<DirectiveNode> ParseDirectives(bool constant)
    {
        if (_lexer.Kind != TokenKind.At) return [];
        var all = new List<DirectiveNode>();
        while (_lexer.Kind == TokenKind.At)
        {
            var start = _lexer;
            Advance();
            var name = ParseName();
            var arguments = ParseArguments(constant);
            all.Add(new(From(start), name, arguments));
        }

        return all;
    }

    private ITypeNode ParseType()
    {
        var start = _lexer;
        ITypeNode type;
        if (_lexer.Kind == TokenKind.LeftBracket)
        {
            Enter();
            Advance();
            var inner = ParseType();
            Expect(TokenKind.RightBracket);
            _depth--;
            type = new ListTypeNode(From(start), inner);
        }
        else
        {
            type = ParseNamedType();
        }

        return Skip(TokenKind.Bang) ? new NonNullTypeNode(From(start), type) : type;
    }

    private NamedTypeNode ParseNamedType()
    {
        var start = _lexer;
        var name = ParseName();
        return new(From(start), name);
    }

    private NameNode ParseName()
    {
        var start = _lexer;
        Expect(TokenKind.Name);
        return new(From(start), start.Text!);
    }

    private StringValueNode? ParseDescription()
    {
        var start = _lexer;
        if (start.Kind is not (TokenKind.String or TokenKind.BlockString)) return null;
        Advance();
        return new(From(start), start.Text!, start.Kind == TokenKind.BlockString);
    }
}
