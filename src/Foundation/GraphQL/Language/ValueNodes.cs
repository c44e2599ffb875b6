namespace HotChocolate.Language;

/// <summary>How a document writes a value.</summary>
public interface IValueNode
{
    Location Location { get; }
}

public sealed class VariableNode(Location location, NameNode name) : SyntaxNode(location), IValueNode
{
    public NameNode Name { get; } = name;
}

/// <param name="value">The digits, as they were written.</param>
public sealed class IntValueNode(Location location, string value) : SyntaxNode(location), IValueNode
{
    public string Value { get; } = value;
}

/// <param name="value">The number, as it was written.</param>
public sealed class FloatValueNode(Location location, string value) : SyntaxNode(location), IValueNode
{
    public string Value { get; } = value;
}

/// <param name="value">What the string means: escapes are resolved, a block is without its indentation.</param>
public sealed class StringValueNode(Location location, string value, bool block) : SyntaxNode(location), IValueNode
{
    public string Value { get; } = value;
    public bool Block { get; } = block;
}

public sealed class BooleanValueNode(Location location, bool value) : SyntaxNode(location), IValueNode
{
    public bool Value { get; } = value;
}

public sealed class NullValueNode(Location location) : SyntaxNode(location), IValueNode;

public sealed class EnumValueNode(Location location, string value) : SyntaxNode(location), IValueNode
{
    public string Value { get; } = value;
}

public sealed class ListValueNode(Location location, IReadOnlyList<IValueNode> items) : SyntaxNode(location), IValueNode
{
    public IReadOnlyList<IValueNode> Items { get; } = items;
}

public sealed class ObjectValueNode(Location location, IReadOnlyList<ObjectFieldNode> fields) : SyntaxNode(location), IValueNode
{
    public IReadOnlyList<ObjectFieldNode> Fields { get; } = fields;
}

public sealed class ObjectFieldNode(Location location, NameNode name, IValueNode value) : SyntaxNode(location)
{
    public NameNode Name { get; } = name;
    public IValueNode Value { get; } = value;
}
