using HotChocolate.Types;

namespace HotChocolate.Language;

/// <summary>Definitions and extensions of types (specification, section 3).</summary>
internal ref partial struct Parser
{
    private ITypeSystemNode ParseTypeSystemDefinition(Lexer start, bool isExtension)
    {
        var description = ParseDescription();
        var keyword = _lexer;
        Advance();
        if (keyword.IsName("schema")) return ParseSchema(start, isExtension, description);
        var name = ParseName();
        switch (source.AsSpan(keyword.Start, keyword.End - keyword.Start))
        {
            case "type" or "interface":
                var interfaces = SkipKeyword("implements") ? ParseDelimited(TokenKind.Ampersand) : [];
                var directives = ParseDirectives(constant: true);
                var fields = ParseFieldDefinitions();
                if (isExtension && interfaces.Count == 0 && directives.Count == 0 && fields.Count == 0) throw Unexpected(_lexer);
                return keyword.IsName("type")
                    ? new ObjectTypeDefinitionNode(From(start), isExtension, description, name, interfaces, directives, fields)
                    : new InterfaceTypeDefinitionNode(From(start), isExtension, description, name, interfaces, directives, fields);
            case "union":
                directives = ParseDirectives(constant: true);
                var types = Skip(TokenKind.Equal) ? ParseDelimited(TokenKind.Pipe) : [];
                if (isExtension && directives.Count == 0 && types.Count == 0) throw Unexpected(_lexer);
                return new UnionTypeDefinitionNode(From(start), isExtension, description, name, directives, types);
            case "enum":
                directives = ParseDirectives(constant: true);
                var values = ParseEnumValues();
                if (isExtension && directives.Count == 0 && values.Count == 0) throw Unexpected(_lexer);
                return new EnumTypeDefinitionNode(From(start), isExtension, description, name, directives, values);
            case "input":
                directives = ParseDirectives(constant: true);
                var inputs = ParseInputValues(TokenKind.LeftBrace, TokenKind.RightBrace);
                if (isExtension && directives.Count == 0 && inputs.Count == 0) throw Unexpected(_lexer);
                return new InputObjectTypeDefinitionNode(From(start), isExtension, description, name, directives, inputs);
            default:
                directives = ParseDirectives(constant: true);
                if (isExtension && directives.Count == 0) throw Unexpected(_lexer);
                return new ScalarTypeDefinitionNode(From(start), isExtension, description, name, directives);
        }
    }

    private SchemaDefinitionNode ParseSchema(Lexer start, bool isExtension, StringValueNode? description)
    {
        var (directives, operations) = (ParseDirectives(constant: true), new List<OperationTypeDefinitionNode>());
        if (!isExtension) Expect(TokenKind.LeftBrace);
        if (!isExtension || Skip(TokenKind.LeftBrace))
        {
            do
            {
                var first = _lexer;
                var operation = ParseOperationType();
                Expect(TokenKind.Colon);
                var type = ParseNamedType();
                operations.Add(new(From(first), operation, type));
            }
            while (!Skip(TokenKind.RightBrace));
        }

        if (isExtension && directives.Count == 0 && operations.Count == 0) throw Unexpected(_lexer);
        return new(From(start), isExtension, description, directives, operations);
    }

    private IReadOnlyList<FieldDefinitionNode> ParseFieldDefinitions()
    {
        if (!Skip(TokenKind.LeftBrace)) return [];
        var all = new List<FieldDefinitionNode>();
        do
        {
            var start = _lexer;
            var description = ParseDescription();
            var name = ParseName();
            var arguments = ParseInputValues(TokenKind.LeftParenthesis, TokenKind.RightParenthesis);
            Expect(TokenKind.Colon);
            var type = ParseType();
            var directives = ParseDirectives(constant: true);
            all.Add(new(From(start), description, name, arguments, type, directives));
        }
        while (!Skip(TokenKind.RightBrace));
        return all;
    }

    private IReadOnlyList<InputValueDefinitionNode> ParseInputValues(TokenKind open, TokenKind close)
    {
        if (!Skip(open)) return [];
        var all = new List<InputValueDefinitionNode>();
        do
        {
            var start = _lexer;
            var description = ParseDescription();
            var name = ParseName();
            Expect(TokenKind.Colon);
            var type = ParseType();
            var defaultValue = Skip(TokenKind.Equal) ? ParseValue(constant: true) : null;
            var directives = ParseDirectives(constant: true);
            all.Add(new(From(start), description, name, type, defaultValue, directives));
        }
        while (!Skip(close));
        return all;
    }

    private IReadOnlyList<EnumValueDefinitionNode> ParseEnumValues()
    {
        if (!Skip(TokenKind.LeftBrace)) return [];
        var all = new List<EnumValueDefinitionNode>();
        do
        {
            var start = _lexer;
            var description = ParseDescription();
            if (_lexer.Text is "true" or "false" or "null")
                throw _lexer.Error(_lexer.Start, $"{_lexer.Describe()} is reserved and cannot be used for an enum value.");
            var name = ParseName();
            var directives = ParseDirectives(constant: true);
            all.Add(new(From(start), description, name, directives));
        }
        while (!Skip(TokenKind.RightBrace));
        return all;
    }

    private List<NamedTypeNode> ParseDelimited(TokenKind delimiter)
    {
        Skip(delimiter);
        var all = new List<NamedTypeNode>();
        do all.Add(ParseNamedType());
        while (Skip(delimiter));
        return all;
    }

    private DirectiveDefinitionNode ParseDirectiveDefinition()
    {
        var start = _lexer;
        var description = ParseDescription();
        ExpectKeyword("directive");
        Expect(TokenKind.At);
        var name = ParseName();
        var arguments = ParseInputValues(TokenKind.LeftParenthesis, TokenKind.RightParenthesis);
        var repeatable = SkipKeyword("repeatable");
        ExpectKeyword("on");
        Skip(TokenKind.Pipe);
        var locations = new List<NameNode>();
        do
        {
            var token = _lexer;
            var location = ParseName();
            locations.Add(DirectiveLocations.TryParse(location.Value, out _) ? location : throw Unexpected(token));
        }
        while (Skip(TokenKind.Pipe));
        return new(From(start), description, name, arguments, repeatable, locations);
    }
}
