using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Introspection only where it is allowed, and not in circles: a type has fields that have types that have fields, as deep as one likes.</summary>
internal static class IntrospectionRules
{
    public static void Check(ValidationContext context, FieldNode node, OutputField field)
    {
        if (!ReferenceEquals(field, Introspection.SchemaField) && !ReferenceEquals(field, Introspection.TypeField)) return;
        if (!context.Options.IntrospectionAllowed)
            context.Report($"GraphQL introspection has been disabled, but the requested query contained the field \"{node.Name.Value}\".", node.Location);
        else if (new Depth(context).Exceeds(node, 0))
            context.Report("Maximum introspection depth exceeded", node.Location);
    }

    /// <summary>A fragment is looked into again only where it stands deeper than before.</summary>
    private sealed class Depth(ValidationContext context)
    {
        private readonly Dictionary<string, int> _visited = new(StringComparer.Ordinal);

        public bool Exceeds(FieldNode field, int depth)
        {
            if (field.Name.Value is "fields" or "interfaces" or "possibleTypes" or "inputFields" && ++depth >= context.Options.MaxIntrospectionDepth) return true;
            return field.SelectionSet is { } set && Exceeds(set, depth);
        }

        private bool Exceeds(SelectionSetNode set, int depth)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (var selection in set.Selections)
            {
                context.Spend();
                var exceeds = selection switch
                {
                    FieldNode field => Exceeds(field, depth),
                    InlineFragmentNode inline => Exceeds(inline.SelectionSet, depth),
                    _ => Exceeds(((FragmentSpreadNode)selection).Name.Value, depth),
                };
                if (exceeds) return true;
            }

            return false;
        }

        private bool Exceeds(string fragment, int depth)
        {
            if (_visited.TryGetValue(fragment, out var before) && before >= depth) return false;
            _visited[fragment] = depth;
            return context.Fragment(fragment) is { } definition && Exceeds(definition.SelectionSet, depth);
        }
    }
}
