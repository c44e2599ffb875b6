using System.Globalization;
using System.Text;
using HotChocolate.Language;

namespace HotChocolate;

/// <summary>What went wrong, as the response tells it (specification, section 7.1.2).</summary>
/// <param name="Locations">Where in the document; empty if it has no place there.</param>
/// <param name="Path">Which field of the response; null if none.</param>
/// <param name="Code">For programs; goes out as <c>extensions.code</c>.</param>
/// <param name="Extensions">More for programs; null for nothing.</param>
public sealed record Error(
    string Message, IReadOnlyList<Location> Locations, Path? Path = null, string? Code = null, IReadOnlyDictionary<string, object?>? Extensions = null)
{
    public Error(string message, params ReadOnlySpan<Location> locations) : this(message, [.. locations], null)
    {
    }
}

/// <summary>The way to a field of the response: response names and indices of lists, from the leaf up.</summary>
public sealed class Path
{
    private Path(Path? parent, string? name, int index) => (Parent, Name, Index) = (parent, name, index);

    public Path? Parent { get; }

    /// <summary>Null for an item of a list.</summary>
    public string? Name { get; }

    /// <summary>From 0; of meaning only where there is no name.</summary>
    public int Index { get; }

    public static Path Of(Path? parent, string name) => new(parent, name, -1);
    public static Path Of(Path? parent, int index) => new(parent, null, index);

    /// <summary>From the root down; names are strings, indices are integers.</summary>
    public IReadOnlyList<object> ToList()
    {
        var steps = new List<object>();
        for (var at = this; at is not null; at = at.Parent) steps.Add(at.Name is { } name ? name : at.Index);
        steps.Reverse();
        return steps;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in ToList()) text.Append(CultureInfo.InvariantCulture, $"/{step}");
        return text.ToString();
    }
}

/// <summary>Errors that a request or a resolver ends with, on purpose: the client may see them.</summary>
public sealed class GraphQLException(params IReadOnlyList<Error> errors) : Exception(errors.Count > 0 ? errors[0].Message : "no error was given")
{
    public GraphQLException(string message) : this(new Error(message))
    {
    }

    public IReadOnlyList<Error> Errors { get; } = errors;
}
