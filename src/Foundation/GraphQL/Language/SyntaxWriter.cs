using System.Globalization;
using System.Text;

namespace HotChocolate.Language;

/// <summary>Writes nodes one behind the other, with the indentation of the place.</summary>
internal sealed partial class SyntaxWriter
{
    private const int LongestLine = 80;
    private readonly StringBuilder _text = new();
    private int _indentation;

    public override string ToString() => _text.ToString();

    public void Node(SyntaxNode node)
    {
        switch (node)
        {
            case DocumentNode document: Document(document); break;
            case OperationDefinitionNode operation: Operation(operation); break;
            case VariableDefinitionNode variable: Variable(variable); break;
            case FragmentDefinitionNode fragment: Fragment(fragment); break;
            case SelectionSetNode selections: Selections(selections); break;
            case ISelectionNode selection: Selection(selection); break;
            case ArgumentNode argument: Named(argument.Name, argument.Value); break;
            case ObjectFieldNode field: Named(field.Name, field.Value); break;
            case DirectiveNode directive: Directive(directive); break;
            case IValueNode value: Value(value); break;
            case ITypeNode type: _text.Append(type); break;
            case NameNode name: _text.Append(name.Value); break;
            case SchemaDefinitionNode schema: Schema(schema); break;
            case OperationTypeDefinitionNode operation: _text.Append(CultureInfo.InvariantCulture, $"{Keyword(operation.Operation)}: {operation.Type}"); break;
            case ITypeDefinitionNode type: Type(type); break;
            case FieldDefinitionNode field: Field(field); break;
            case InputValueDefinitionNode input: Input(input); break;
            case EnumValueDefinitionNode value: EnumValue(value); break;
            case DirectiveDefinitionNode directive: Directive(directive); break;
            default: throw new ArgumentOutOfRangeException(nameof(node), node.GetType().Name, "not a node of the grammar");
        }
    }

    private void Document(DocumentNode document)
    {
        for (var i = 0; i < document.Definitions.Count; i++)
        {
            if (i > 0) _text.Append("\n\n");
            Node((SyntaxNode)document.Definitions[i]);
        }
    }

    private void Operation(OperationDefinitionNode operation)
    {
        Description(operation.Description);
        if (operation is { Operation: OperationType.Query, Name: null, VariableDefinitions.Count: 0, Directives.Count: 0, Description: null })
        {
            Selections(operation.SelectionSet);
            return;
        }

        _text.Append(Keyword(operation.Operation));
        if (operation.Name is not null || operation.VariableDefinitions.Count > 0) _text.Append(' ').Append(operation.Name?.Value);
        if (operation.VariableDefinitions.Count > 0)
        {
            var variables = Separately(operation.VariableDefinitions);
            if (AnyHasLines(variables)) List("(\n", variables, "\n", "\n)");
            else List("(", variables, ", ", ")");
        }

        Directives(operation.Directives);
        _text.Append(' ');
        Selections(operation.SelectionSet);
    }

    private void Variable(VariableDefinitionNode variable)
    {
        Description(variable.Description);
        _text.Append('$').Append(variable.Variable.Name.Value).Append(": ").Append(variable.Type);
        DefaultValue(variable.DefaultValue);
        Directives(variable.Directives);
    }

    private void Fragment(FragmentDefinitionNode fragment)
    {
        Description(fragment.Description);
        _text.Append("fragment ").Append(fragment.Name).Append(" on ").Append(fragment.TypeCondition);
        Directives(fragment.Directives);
        _text.Append(' ');
        Selections(fragment.SelectionSet);
    }

    private void Selections(SelectionSetNode set) => Block(set.Selections, Selection);

    private void Selection(ISelectionNode selection)
    {
        switch (selection)
        {
            case FieldNode field:
                var prefix = field.Alias is null ? field.Name.Value : $"{field.Alias.Value}: {field.Name.Value}";
                _text.Append(prefix);
                if (field.Arguments.Count > 0)
                {
                    var arguments = Separately(field.Arguments);
                    var length = prefix.Length + arguments.Sum(a => a.Length + 2);
                    if (length > LongestLine) Lines(arguments);
                    else List("(", arguments, ", ", ")");
                }

                Directives(field.Directives);
                if (field.SelectionSet is null) break;
                _text.Append(' ');
                Selections(field.SelectionSet);
                break;
            case FragmentSpreadNode spread:
                _text.Append("...").Append(spread.Name);
                Directives(spread.Directives);
                break;
            case InlineFragmentNode inline:
                _text.Append("...");
                if (inline.TypeCondition is not null) _text.Append(" on ").Append(inline.TypeCondition);
                Directives(inline.Directives);
                _text.Append(' ');
                Selections(inline.SelectionSet);
                break;
        }
    }

    private void Value(IValueNode value)
    {
        switch (value)
        {
            case VariableNode variable: _text.Append('$').Append(variable.Name.Value); break;
            case IntValueNode number: _text.Append(number.Value); break;
            case FloatValueNode number: _text.Append(number.Value); break;
            case EnumValueNode name: _text.Append(name.Value); break;
            case BooleanValueNode boolean: _text.Append(boolean.Value ? "true" : "false"); break;
            case NullValueNode: _text.Append("null"); break;
            case StringValueNode { Block: true } block: Indented(BlockString.Print(block.Value)); break;
            case StringValueNode quoted: Quoted(quoted.Value); break;
            case ListValueNode list:
                _text.Append('[');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) _text.Append(", ");
                    Value(list.Items[i]);
                }

                _text.Append(']');
                break;
            case ObjectValueNode input:
                _text.Append('{');
                for (var i = 0; i < input.Fields.Count; i++)
                {
                    if (i > 0) _text.Append(", ");
                    Named(input.Fields[i].Name, input.Fields[i].Value);
                }

                _text.Append('}');
                break;
        }
    }

    private void Named(NameNode name, IValueNode value)
    {
        _text.Append(name.Value).Append(": ");
        Value(value);
    }

    private void Directives(IReadOnlyList<DirectiveNode> directives)
    {
        for (var i = 0; i < directives.Count; i++)
        {
            _text.Append(' ');
            Directive(directives[i]);
        }
    }

    private void Directive(DirectiveNode directive)
    {
        _text.Append('@').Append(directive.Name.Value);
        for (var i = 0; i < directive.Arguments.Count; i++)
        {
            _text.Append(i == 0 ? "(" : ", ");
            Named(directive.Arguments[i].Name, directive.Arguments[i].Value);
        }

        if (directive.Arguments.Count > 0) _text.Append(')');
    }

    private static string Keyword(OperationType operation) => operation switch
    {
        OperationType.Query => "query",
        OperationType.Mutation => "mutation",
        _ => "subscription",
    };

    private void Quoted(string value)
    {
        _text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                < ' ' or (>= '\x7F' and <= '\x9F') => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }

    // Lines

    private void NewLine() => _text.Append('\n').Append(' ', 2 * _indentation);

    private void Block<T>(IReadOnlyList<T> members, Action<T> write)
    {
        if (members.Count == 0) return;
        _text.Append('{');
        _indentation++;
        for (var i = 0; i < members.Count; i++)
        {
            NewLine();
            write(members[i]);
        }

        _indentation--;
        NewLine();
        _text.Append('}');
    }

    /// <summary>Each node as if it stood alone, without _indentation.</summary>
    private static List<string> Separately(IReadOnlyList<SyntaxNode> nodes) => [.. nodes.Select(SyntaxPrinter.Print)];

    private static bool AnyHasLines(List<string> pieces) => pieces.Exists(piece => piece.Contains('\n', StringComparison.Ordinal));

    private void Lines(List<string> pieces)
    {
        _indentation++;
        List("(\n", pieces, "\n", "");
        _indentation--;
        Indented("\n)");
    }

    private void List(string open, List<string> pieces, string separator, string close)
    {
        Indented(open);
        for (var i = 0; i < pieces.Count; i++)
        {
            if (i > 0) Indented(separator);
            Indented(pieces[i]);
        }

        Indented(close);
    }

    /// <summary>Text whose lines are put under the present _indentation.</summary>
    private void Indented(string lines)
    {
        foreach (var c in lines)
        {
            if (c == '\n') NewLine();
            else _text.Append(c);
        }
    }
}
