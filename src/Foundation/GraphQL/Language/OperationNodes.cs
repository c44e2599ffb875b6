namespace HotChocolate.Language;

public enum OperationType { Query, Mutation, Subscription }

/// <param name="name">Null for an anonymous operation.</param>
public sealed class OperationDefinitionNode(
    Location location, NameNode? name, OperationType operation, IReadOnlyList<VariableDefinitionNode> variableDefinitions,
    IReadOnlyList<DirectiveNode> directives, SelectionSetNode selectionSet, StringValueNode? description = null)
    : SyntaxNode(location), IDefinitionNode, IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public NameNode? Name { get; } = name;
    public OperationType Operation { get; } = operation;
    public IReadOnlyList<VariableDefinitionNode> VariableDefinitions { get; } = variableDefinitions;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class VariableDefinitionNode(
    Location location, VariableNode variable, ITypeNode type, IValueNode? defaultValue, IReadOnlyList<DirectiveNode> directives,
    StringValueNode? description = null) : SyntaxNode(location), IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public VariableNode Variable { get; } = variable;
    public ITypeNode Type { get; } = type;
    public IValueNode? DefaultValue { get; } = defaultValue;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class FragmentDefinitionNode(
    Location location, NameNode name, NamedTypeNode typeCondition, IReadOnlyList<DirectiveNode> directives, SelectionSetNode selectionSet,
    StringValueNode? description = null) : SyntaxNode(location), IDefinitionNode, IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public NamedTypeNode TypeCondition { get; } = typeCondition;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

public sealed class SelectionSetNode(Location location, IReadOnlyList<ISelectionNode> selections) : SyntaxNode(location)
{
    public IReadOnlyList<ISelectionNode> Selections { get; } = selections;
}

/// <summary>A field, the spread of a fragment, or a fragment in place.</summary>
public interface ISelectionNode : IHasDirectives
{
    Location Location { get; }
}

/// <param name="selectionSet">Null where nothing is selected of the field.</param>
public sealed class FieldNode(
    Location location, NameNode name, NameNode? alias, IReadOnlyList<ArgumentNode> arguments, IReadOnlyList<DirectiveNode> directives,
    SelectionSetNode? selectionSet) : SyntaxNode(location), ISelectionNode
{
    public NameNode Name { get; } = name;
    public NameNode? Alias { get; } = alias;
    public IReadOnlyList<ArgumentNode> Arguments { get; } = arguments;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode? SelectionSet { get; } = selectionSet;

    /// <summary>Its key in the response: the alias, or else the name.</summary>
    public string ResponseName => (Alias ?? Name).Value;
}

public sealed class FragmentSpreadNode(Location location, NameNode name, IReadOnlyList<DirectiveNode> directives) : SyntaxNode(location), ISelectionNode
{
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

/// <param name="typeCondition">Null for that of the selection around it.</param>
public sealed class InlineFragmentNode(
    Location location, NamedTypeNode? typeCondition, IReadOnlyList<DirectiveNode> directives, SelectionSetNode selectionSet) : SyntaxNode(location), ISelectionNode
{
    public NamedTypeNode? TypeCondition { get; } = typeCondition;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public SelectionSetNode SelectionSet { get; } = selectionSet;
}

/// <summary>How a document writes a type.</summary>
public interface ITypeNode
{
    Location Location { get; }
}

public sealed class NamedTypeNode(Location location, NameNode name) : SyntaxNode(location), ITypeNode
{
    public NameNode Name { get; } = name;
    public override string ToString() => Name.Value;
}

public sealed class ListTypeNode(Location location, ITypeNode type) : SyntaxNode(location), ITypeNode
{
    public ITypeNode Type { get; } = type;
    public override string ToString() => $"[{Type}]";
}

/// <param name="type">A named type or a list.</param>
public sealed class NonNullTypeNode(Location location, ITypeNode type) : SyntaxNode(location), ITypeNode
{
    public ITypeNode Type { get; } = type;
    public override string ToString() => $"{Type}!";
}

public static class TypeNodeExtensions
{
    /// <summary>The name inside all lists and non-nulls.</summary>
    public static NamedTypeNode NamedType(this ITypeNode type)
    {
        while (true)
        {
            switch (type)
            {
                case NonNullTypeNode nonNull: type = nonNull.Type; break;
                case ListTypeNode list: type = list.Type; break;
                default: return (NamedTypeNode)type;
            }
        }
    }
}
