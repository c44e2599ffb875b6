namespace HotChocolate.Language;

internal sealed partial class SyntaxWriter
{
    private void Schema(SchemaDefinitionNode schema)
    {
        Description(schema.Description);
        _text.Append(schema.IsExtension ? "extend schema" : "schema");
        Directives(schema.Directives);
        if (schema.OperationTypes.Count == 0) return;
        _text.Append(' ');
        Block(schema.OperationTypes, Node);
    }

    private void Type(ITypeDefinitionNode type)
    {
        Description(type.Description);
        if (type.IsExtension) _text.Append("extend ");
        _text.Append(type switch
        {
            ObjectTypeDefinitionNode => "type ",
            InterfaceTypeDefinitionNode => "interface ",
            UnionTypeDefinitionNode => "union ",
            EnumTypeDefinitionNode => "enum ",
            InputObjectTypeDefinitionNode => "input ",
            _ => "scalar ",
        }).Append(type.Name.Value);
        if (type is IComplexTypeDefinitionNode { Interfaces.Count: > 0 } implementing) _text.Append(" implements ").AppendJoin(" & ", implementing.Interfaces);
        Directives(type.Directives);
        switch (type)
        {
            case IComplexTypeDefinitionNode { Fields.Count: > 0 } complex:
                _text.Append(' ');
                Block(complex.Fields, Field);
                break;
            case UnionTypeDefinitionNode { Types.Count: > 0 } union:
                _text.Append(" = ").AppendJoin(" | ", union.Types);
                break;
            case EnumTypeDefinitionNode { Values.Count: > 0 } names:
                _text.Append(' ');
                Block(names.Values, EnumValue);
                break;
            case InputObjectTypeDefinitionNode { Fields.Count: > 0 } input:
                _text.Append(' ');
                Block(input.Fields, Input);
                break;
        }
    }

    private void Field(FieldDefinitionNode field)
    {
        Description(field.Description);
        _text.Append(field.Name.Value);
        Arguments(field.Arguments);
        _text.Append(": ").Append(field.Type);
        Directives(field.Directives);
    }

    private void Arguments(IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        if (arguments.Count == 0) return;
        var pieces = Separately(arguments);
        if (AnyHasLines(pieces)) Lines(pieces);
        else List("(", pieces, ", ", ")");
    }

    private void Input(InputValueDefinitionNode input)
    {
        Description(input.Description);
        _text.Append(input.Name.Value).Append(": ").Append(input.Type);
        DefaultValue(input.DefaultValue);
        Directives(input.Directives);
    }

    private void EnumValue(EnumValueDefinitionNode value)
    {
        Description(value.Description);
        _text.Append(value.Name.Value);
        Directives(value.Directives);
    }

    private void Directive(DirectiveDefinitionNode directive)
    {
        Description(directive.Description);
        _text.Append("directive @").Append(directive.Name.Value);
        Arguments(directive.Arguments);
        _text.Append(directive.IsRepeatable ? " repeatable on " : " on ").AppendJoin(" | ", directive.Locations);
    }

    private void Description(StringValueNode? description)
    {
        if (description is null) return;
        Value(description);
        NewLine();
    }

    private void DefaultValue(IValueNode? value)
    {
        if (value is null) return;
        _text.Append(" = ");
        Value(value);
    }
}
