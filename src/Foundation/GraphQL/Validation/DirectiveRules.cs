using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Directives of a request are known, stand where they may, once unless repeatable, with arguments that are known and there (specification, sections 5.4 and 5.7).</summary>
internal sealed class DirectiveRules
{
    private readonly ValidationContext _context;

    /// <summary>What the document itself defines; it is not executable, but one error for that is enough.</summary>
    private readonly Dictionary<string, DirectiveDefinitionNode> _defined = new(StringComparer.Ordinal);

    public DirectiveRules(ValidationContext context)
    {
        _context = context;
        foreach (var definition in context.Document.Definitions)
            if (definition is DirectiveDefinitionNode directive) _defined[directive.Name.Value] = directive;
    }

    public void Check(IReadOnlyList<DirectiveNode> directives, DirectiveLocation location)
    {
        var seen = new Dictionary<string, DirectiveNode>(directives.Count, StringComparer.Ordinal);
        foreach (var directive in directives)
        {
            var name = directive.Name.Value;
            ArgumentRules.CheckUnique(_context, directive.Arguments);
            if (_defined.ContainsKey(name)) continue;
            if (!_context.Schema.DirectiveTypes.TryGetValue(name, out var type))
            {
                _context.Report($"Unknown directive \"@{name}\".", directive.Location);
                continue;
            }

            if (!type.Locations.Contains(location)) _context.Report($"Directive \"@{name}\" may not be used on {location.ToName()}.", directive.Location);
            if (!type.IsRepeatable && !seen.TryAdd(name, directive))
                _context.Report($"The directive \"@{name}\" can only be used once at this location.", seen[name].Location, directive.Location);
            CheckArguments(directive, type);
        }
    }

    private void CheckArguments(DirectiveNode directive, DirectiveType type)
    {
        foreach (var argument in directive.Arguments)
        {
            if (type.Arguments.Contains(argument.Name.Value)) continue;
            var meant = _context.Suggest(argument.Name.Value, () => type.Arguments.Select(a => a.Name));
            _context.Report($"Unknown argument \"{argument.Name.Value}\" on directive \"@{type.Name}\".{meant}", argument.Location);
        }

        foreach (var argument in type.Arguments)
            if (argument.IsRequired && !ArgumentRules.IsGiven(directive.Arguments, argument.Name))
                _context.Report($"Directive \"@{type.Name}\" argument \"{argument.Name}\" of type \"{argument.Type}\" is required, but it was not provided.", directive.Location);
    }
}
