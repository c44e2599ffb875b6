using System.Runtime.CompilerServices;
using HotChocolate.Language;

namespace HotChocolate.Validation;

/// <summary>
/// How large operations are after fragments are put in their place, reckoned without doing so: each fragment is measured once. Comes before all other rules,
/// so that a small document that stands for a huge one costs nothing.
/// </summary>
internal sealed class Limits
{
    /// <param name="Fields">All of them, at any depth.</param>
    /// <param name="Aliases">Of these, the ones with another name.</param>
    /// <param name="Roots">Of these, the ones that are not inside of another.</param>
    /// <param name="Depth">The longest way of fields inside of fields.</param>
    private readonly record struct Size(long Fields, long Aliases, long Roots, int Depth)
    {
        public Size And(Size other) => new(Sum(Fields, other.Fields), Sum(Aliases, other.Aliases), Sum(Roots, other.Roots), Math.Max(Depth, other.Depth));
        public Size InField(bool hasAlias) => new(Sum(Fields, 1), Sum(Aliases, hasAlias ? 1 : 0), 1, Depth == int.MaxValue ? Depth : Depth + 1);
        private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
    }

    private readonly ValidationContext _context;
    private readonly Dictionary<string, Size> _fragments = new(StringComparer.Ordinal);

    private Limits(ValidationContext context) => _context = context;

    public static void Check(ValidationContext context)
    {
        var limits = new Limits(context);
        foreach (var definition in context.Document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment) limits.Directives(fragment.Directives);
            if (definition is not OperationDefinitionNode operation) continue;
            limits.Directives(operation.Directives);
            foreach (var variable in operation.VariableDefinitions) limits.Directives(variable.Directives);
            limits.Check(operation, limits.Measure(operation.SelectionSet));
        }

        // Unused ones too, for their directives.
        foreach (var definition in context.Document.Definitions)
            if (definition is FragmentDefinitionNode fragment) limits.Measure(fragment.Name.Value);
    }

    private void Check(OperationDefinitionNode operation, Size size)
    {
        var options = _context.Options;
        if (size.Depth > options.MaxDepth) Report(operation, $"nests fields {size.Depth} deep", options.MaxDepth);
        if (size.Fields > options.MaxFields) Report(operation, $"selects {size.Fields} fields", options.MaxFields);
        if (size.Aliases > options.MaxAliases) Report(operation, $"has {size.Aliases} aliases", options.MaxAliases);
        if (size.Roots > options.MaxRootFields) Report(operation, $"selects {size.Roots} fields of its root", options.MaxRootFields);
    }

    private void Report(OperationDefinitionNode operation, string what, long allowed) =>
        _context.Report($"The operation{(operation.Name is { } name ? $" \"{name.Value}\"" : "")} {what} once its fragments are in their place; {allowed} are allowed.", operation.Location);

    private Size Measure(SelectionSetNode set)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var size = default(Size);
        foreach (var selection in set.Selections)
        {
            Directives(selection.Directives);
            size = size.And(selection switch
            {
                FieldNode field => (field.SelectionSet is { } nested ? Measure(nested) : default).InField(field.Alias is not null),
                InlineFragmentNode inline => Measure(inline.SelectionSet),
                _ => Measure(((FragmentSpreadNode)selection).Name.Value),
            });
        }

        return size;
    }

    /// <summary>One that contains itself counts as nothing in there; another rule refuses it.</summary>
    private Size Measure(string fragment)
    {
        if (_fragments.TryGetValue(fragment, out var known)) return known;
        _fragments[fragment] = default;
        return _context.Fragment(fragment) is { } definition ? _fragments[fragment] = Measure(definition.SelectionSet) : default;
    }

    private void Directives(IReadOnlyList<DirectiveNode> directives)
    {
        if (directives.Count > _context.Options.MaxDirectives)
            _context.Report($"{directives.Count} directives stand in one place; {_context.Options.MaxDirectives} are allowed.", directives[_context.Options.MaxDirectives].Location);
    }
}
