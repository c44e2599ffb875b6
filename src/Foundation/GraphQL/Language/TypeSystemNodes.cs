namespace HotChocolate.Language;

/// <summary>Defines or extends a part of the type system.</summary>
public interface ITypeSystemNode : IDefinitionNode, IHasDirectives
{
    /// <summary>Adds to what is defined elsewhere.</summary>
    bool IsExtension { get; }
}

/// <summary>Defines or extends a named type.</summary>
public interface ITypeDefinitionNode : ITypeSystemNode
{
    StringValueNode? Description { get; }
    NameNode Name { get; }
}

public sealed class SchemaDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<OperationTypeDefinitionNode> operationTypes) : SyntaxNode(location), ITypeSystemNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<OperationTypeDefinitionNode> OperationTypes { get; } = operationTypes;
}

public sealed class OperationTypeDefinitionNode(Location location, OperationType operation, NamedTypeNode type) : SyntaxNode(location)
{
    public OperationType Operation { get; } = operation;
    public NamedTypeNode Type { get; } = type;
}

public sealed class ScalarTypeDefinitionNode(Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives)
    : SyntaxNode(location), ITypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

/// <summary>Defines or extends an object or an interface.</summary>
public interface IComplexTypeDefinitionNode : ITypeDefinitionNode
{
    IReadOnlyList<NamedTypeNode> Interfaces { get; }
    IReadOnlyList<FieldDefinitionNode> Fields { get; }
}

public sealed class ObjectTypeDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<NamedTypeNode> interfaces,
    IReadOnlyList<DirectiveNode> directives, IReadOnlyList<FieldDefinitionNode> fields) : SyntaxNode(location), IComplexTypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<NamedTypeNode> Interfaces { get; } = interfaces;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<FieldDefinitionNode> Fields { get; } = fields;
}

public sealed class InterfaceTypeDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<NamedTypeNode> interfaces,
    IReadOnlyList<DirectiveNode> directives, IReadOnlyList<FieldDefinitionNode> fields) : SyntaxNode(location), IComplexTypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<NamedTypeNode> Interfaces { get; } = interfaces;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<FieldDefinitionNode> Fields { get; } = fields;
}

public sealed class FieldDefinitionNode(
    Location location, StringValueNode? description, NameNode name, IReadOnlyList<InputValueDefinitionNode> arguments, ITypeNode type,
    IReadOnlyList<DirectiveNode> directives) : SyntaxNode(location), IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; } = arguments;
    public ITypeNode Type { get; } = type;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

/// <summary>An argument of a field or directive, or a field of an input object.</summary>
public sealed class InputValueDefinitionNode(
    Location location, StringValueNode? description, NameNode name, ITypeNode type, IValueNode? defaultValue, IReadOnlyList<DirectiveNode> directives)
    : SyntaxNode(location), IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public ITypeNode Type { get; } = type;
    public IValueNode? DefaultValue { get; } = defaultValue;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class UnionTypeDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<NamedTypeNode> types) : SyntaxNode(location), ITypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<NamedTypeNode> Types { get; } = types;
}

public sealed class EnumTypeDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<EnumValueDefinitionNode> values) : SyntaxNode(location), ITypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<EnumValueDefinitionNode> Values { get; } = values;
}

public sealed class EnumValueDefinitionNode(Location location, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives)
    : SyntaxNode(location), IHasDirectives
{
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
}

public sealed class InputObjectTypeDefinitionNode(
    Location location, bool isExtension, StringValueNode? description, NameNode name, IReadOnlyList<DirectiveNode> directives,
    IReadOnlyList<InputValueDefinitionNode> fields) : SyntaxNode(location), ITypeDefinitionNode
{
    public bool IsExtension { get; } = isExtension;
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<DirectiveNode> Directives { get; } = directives;
    public IReadOnlyList<InputValueDefinitionNode> Fields { get; } = fields;
}

/// <param name="locations">The specification's names, such as <c>FIELD_DEFINITION</c>; the parser lets no others pass.</param>
public sealed class DirectiveDefinitionNode(
    Location location, StringValueNode? description, NameNode name, IReadOnlyList<InputValueDefinitionNode> arguments, bool isRepeatable,
    IReadOnlyList<NameNode> locations) : SyntaxNode(location), IDefinitionNode
{
    public StringValueNode? Description { get; } = description;
    public NameNode Name { get; } = name;
    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; } = arguments;
    public bool IsRepeatable { get; } = isRepeatable;
    public IReadOnlyList<NameNode> Locations { get; } = locations;
}
