namespace HotChocolate.Language;

/// <summary>Where something stands in a document.</summary>
/// <param name="Start">Index of its first character, from 0.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public readonly record struct Location(int Start, int End, int Line, int Column);

/// <summary>A node of the syntax tree of a document; immutable. Names of nodes follow the grammar of the specification (Appendix C).</summary>
public abstract class SyntaxNode(Location location)
{
    public Location Location { get; } = location;
}

public sealed class NameNode(Location location, string value) : SyntaxNode(location)
{
    public string Value { get; } = value;
    public override string ToString() => Value;
}

/// <summary>A whole document: operations and fragments of a request, or definitions of types.</summary>
public sealed class DocumentNode(Location location, IReadOnlyList<IDefinitionNode> definitions) : SyntaxNode(location)
{
    public IReadOnlyList<IDefinitionNode> Definitions { get; } = definitions;
}

/// <summary>Stands at the top of a document.</summary>
public interface IDefinitionNode
{
    Location Location { get; }
}

/// <summary>What may carry directives.</summary>
public interface IHasDirectives
{
    IReadOnlyList<DirectiveNode> Directives { get; }
}

public sealed class ArgumentNode(Location location, NameNode name, IValueNode value) : SyntaxNode(location)
{
    public NameNode Name { get; } = name;
    public IValueNode Value { get; } = value;
}

public sealed class DirectiveNode(Location location, NameNode name, IReadOnlyList<ArgumentNode> arguments) : SyntaxNode(location)
{
    public NameNode Name { get; } = name;
    public IReadOnlyList<ArgumentNode> Arguments { get; } = arguments;
}
