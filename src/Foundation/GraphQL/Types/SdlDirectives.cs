using HotChocolate.Language;
using HotChocolate.Validation;

namespace HotChocolate.Types;

/// <summary>The rules for directives that stand on definitions: known, allowed there, once unless repeatable, with the arguments they need.</summary>
internal sealed class SdlDirectives
{
    private sealed record Signature(HashSet<string> Locations, bool IsRepeatable, IReadOnlyList<string> Arguments, IReadOnlyList<(string Name, string Type)> Required);

    private readonly Dictionary<string, Signature> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, DirectiveNode>> _seenByOwner = new(StringComparer.Ordinal);
    private readonly List<Error> _errors;

    public SdlDirectives(DocumentNode document, List<Error> errors)
    {
        _errors = errors;
        foreach (var directive in Directives.All)
        {
            _known[directive.Name] = new Signature(
                [.. directive.Locations.Select(l => l.ToName())], directive.IsRepeatable, [.. directive.Arguments.Select(a => a.Name)],
                [.. directive.Arguments.Where(a => a.IsRequired).Select(a => (a.Name, a.Type.ToString()!))]);
        }

        foreach (var directive in document.Definitions.OfType<DirectiveDefinitionNode>())
        {
            _known[directive.Name.Value] = new Signature(
                [.. directive.Locations.Select(l => l.Value)], directive.IsRepeatable, [.. directive.Arguments.Select(a => a.Name.Value)],
                [.. directive.Arguments.Where(a => a is { Type: NonNullTypeNode, DefaultValue: null }).Select(a => (a.Name.Value, a.Type.ToString()!))]);
        }
    }

    /// <param name="owner">What a definition and its extensions share: the name of the type, or nothing for the schema; null where there are no extensions.</param>
    public void Check(IReadOnlyList<DirectiveNode> directives, DirectiveLocation location, string? owner = null)
    {
        if (directives.Count == 0) return;
        var seen = owner is null ? new(StringComparer.Ordinal) : _seenByOwner.TryGetValue(owner, out var shared) ? shared : _seenByOwner[owner] = new(StringComparer.Ordinal);
        foreach (var directive in directives) Check(directive, location.ToName(), seen);
    }

    private void Check(DirectiveNode directive, string location, Dictionary<string, DirectiveNode> seen)
    {
        var name = directive.Name.Value;
        foreach (var same in directive.Arguments.GroupBy(a => a.Name.Value, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            _errors.Add(new Error($"There can be only one argument named \"{same.Key}\".", [.. same.Select(a => a.Name.Location)]));
        foreach (var argument in directive.Arguments) UniqueInputFields.Check(argument.Value, _errors.Add);
        if (!_known.TryGetValue(name, out var signature))
        {
            _errors.Add(new Error($"Unknown directive \"@{name}\".", directive.Location));
            return;
        }

        if (!signature.Locations.Contains(location)) _errors.Add(new Error($"Directive \"@{name}\" may not be used on {location}.", directive.Location));
        if (!signature.IsRepeatable && !seen.TryAdd(name, directive))
            _errors.Add(new Error($"The directive \"@{name}\" can only be used once at this location.", seen[name].Location, directive.Location));
        foreach (var argument in directive.Arguments.Where(a => !signature.Arguments.Contains(a.Name.Value)))
            _errors.Add(new Error($"Unknown argument \"{argument.Name.Value}\" on directive \"@{name}\".{Suggestions.For(argument.Name.Value, signature.Arguments)}", argument.Location));
        foreach (var (required, type) in signature.Required.Where(r => !directive.Arguments.Any(a => a.Name.Value == r.Name)))
            _errors.Add(new Error($"Directive \"@{name}\" argument \"{required}\" of type \"{type}\" is required, but it was not provided.", directive.Location));
    }
}
