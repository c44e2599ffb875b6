namespace HotChocolate.Language;

/// <summary>Operations, fragments and selections (specification, sections 2.2 to 2.8).</summary>
internal ref partial struct Parser
{
    private IDefinitionNode ParseDefinition()
    {
        if (_lexer.Kind == TokenKind.LeftBrace) return ParseOperation();
        var described = _lexer.Kind is TokenKind.String or TokenKind.BlockString;
        var keyword = described ? LookAhead() : _lexer;
        if (described && keyword.Kind == TokenKind.LeftBrace)
            throw _lexer.Error(_lexer.Start, "Unexpected description, descriptions are not supported on shorthand queries.");
        if (keyword.Kind != TokenKind.Name) throw Unexpected(keyword);
        switch (source.AsSpan(keyword.Start, keyword.End - keyword.Start))
        {
            case "query" or "mutation" or "subscription": return ParseOperation();
            case "fragment": return ParseFragmentDefinition();
            case "schema" or "scalar" or "type" or "interface" or "union" or "enum" or "input": return ParseTypeSystemDefinition(_lexer, isExtension: false);
            case "directive": return ParseDirectiveDefinition();
        }

        if (described) throw _lexer.Error(_lexer.Start, "Unexpected description, only GraphQL definitions support descriptions.");
        if (!_lexer.IsName("extend")) throw Unexpected(keyword);
        keyword = LookAhead();
        if (keyword.Kind != TokenKind.Name || source.AsSpan(keyword.Start, keyword.End - keyword.Start) is not ("schema" or "scalar" or "type" or "interface" or "union" or "enum" or "input"))
            throw Unexpected(keyword);
        var start = _lexer;
        Advance();
        return ParseTypeSystemDefinition(start, isExtension: true);
    }

    private OperationDefinitionNode ParseOperation()
    {
        var start = _lexer;
        if (_lexer.Kind == TokenKind.LeftBrace) return new(From(start), null, OperationType.Query, [], [], ParseSelectionSet());
        var description = ParseDescription();
        var operation = ParseOperationType();
        var name = _lexer.Kind == TokenKind.Name ? ParseName() : null;
        var variables = _lexer.Kind == TokenKind.LeftParenthesis ? ParseVariableDefinitions() : [];
        var directives = ParseDirectives(constant: false);
        var selections = ParseSelectionSet();
        return new(From(start), name, operation, variables, directives, selections, description);
    }

    private OperationType ParseOperationType()
    {
        var token = _lexer;
        Expect(TokenKind.Name);
        return source.AsSpan(token.Start, token.End - token.Start) switch
        {
            "query" => OperationType.Query,
            "mutation" => OperationType.Mutation,
            "subscription" => OperationType.Subscription,
            _ => throw Unexpected(token),
        };
    }

    private List<VariableDefinitionNode> ParseVariableDefinitions()
    {
        var all = new List<VariableDefinitionNode>();
        Expect(TokenKind.LeftParenthesis);
        do
        {
            var start = _lexer;
            var description = ParseDescription();
            var variable = ParseVariable();
            Expect(TokenKind.Colon);
            var type = ParseType();
            var defaultValue = Skip(TokenKind.Equal) ? ParseValue(constant: true) : null;
            var directives = ParseDirectives(constant: true);
            all.Add(new(From(start), variable, type, defaultValue, directives, description));
        }
        while (!Skip(TokenKind.RightParenthesis));
        return all;
    }

    private VariableNode ParseVariable()
    {
        var start = _lexer;
        Expect(TokenKind.Dollar);
        var name = ParseName();
        return new(From(start), name);
    }

    private SelectionSetNode ParseSelectionSet()
    {
        var (start, all) = (_lexer, new List<ISelectionNode>());
        Enter();
        Expect(TokenKind.LeftBrace);
        do all.Add(_lexer.Kind == TokenKind.Spread ? ParseFragment() : ParseField());
        while (!Skip(TokenKind.RightBrace));
        _depth--;
        return new(From(start), all);
    }

    private FieldNode ParseField()
    {
        var start = _lexer;
        var (name, alias) = (ParseName(), default(NameNode));
        if (Skip(TokenKind.Colon)) (alias, name) = (name, ParseName());
        var arguments = ParseArguments(constant: false);
        var directives = ParseDirectives(constant: false);
        var selections = _lexer.Kind == TokenKind.LeftBrace ? ParseSelectionSet() : null;
        return new(From(start), name, alias, arguments, directives, selections);
    }

    private IReadOnlyList<ArgumentNode> ParseArguments(bool constant)
    {
        if (!Skip(TokenKind.LeftParenthesis)) return [];
        var all = new List<ArgumentNode>();
        do
        {
            var start = _lexer;
            var name = ParseName();
            Expect(TokenKind.Colon);
            var value = ParseValue(constant);
            all.Add(new(From(start), name, value));
        }
        while (!Skip(TokenKind.RightParenthesis));
        return all;
    }

    private ISelectionNode ParseFragment()
    {
        var start = _lexer;
        Expect(TokenKind.Spread);
        var conditional = SkipKeyword("on");
        if (!conditional && _lexer.Kind == TokenKind.Name)
        {
            var name = ParseName();
            var spreadDirectives = ParseDirectives(constant: false);
            return new FragmentSpreadNode(From(start), name, spreadDirectives);
        }

        var condition = conditional ? ParseNamedType() : null;
        var directives = ParseDirectives(constant: false);
        var selections = ParseSelectionSet();
        return new InlineFragmentNode(From(start), condition, directives, selections);
    }

    private FragmentDefinitionNode ParseFragmentDefinition()
    {
        var start = _lexer;
        var description = ParseDescription();
        ExpectKeyword("fragment");
        if (_lexer.Text == "on") throw Unexpected(_lexer);
        var name = ParseName();
        ExpectKeyword("on");
        var condition = ParseNamedType();
        var directives = ParseDirectives(constant: false);
        var selections = ParseSelectionSet();
        return new(From(start), name, condition, directives, selections, description);
    }
}
