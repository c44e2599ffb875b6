namespace HotChocolate.Execution;

/// <summary>
/// A place in the response that has something to wait for below it; the rest of the response is never held but read while it is written.
/// A slot holds: null; a leaf's value; an object whose fields are all at hand, or a list of such, as the resolver gave it; a node; or a <see cref="Failure"/>.
/// </summary>
internal abstract class ResponseNode(ResponseNode? parent, string? name, int index)
{
    private Path? _path;

    /// <summary>Null for the root.</summary>
    public Path? Path => _path ??= name is null && index < 0 ? null : name is not null ? Path.Of(parent?.Path, name) : Path.Of(parent?.Path, index);
}

internal sealed class ObjectNode(SelectionPlan plan, object source, ResponseNode? parent, string? name, int index) : ResponseNode(parent, name, index)
{
    public SelectionPlan Plan { get; } = plan;
    public object Source { get; } = source;
    public object?[] Slots { get; } = new object?[plan.Slots];
}

internal sealed class ListNode(int count, ResponseNode? parent, string? name, int index) : ResponseNode(parent, name, index)
{
    public object?[] Items { get; } = new object?[count];
}

/// <summary>No value, for these reasons.</summary>
internal sealed record Failure(IReadOnlyList<Error> Errors);

/// <summary>A value, and errors that its resolver told of beside it.</summary>
internal sealed record WithErrors(object? Value, IReadOnlyList<Error> Errors);
