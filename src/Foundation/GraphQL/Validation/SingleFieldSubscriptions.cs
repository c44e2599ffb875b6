using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>A subscription asks for one field of its root, whatever the variables (specification, section 5.2.4.1).</summary>
internal static class SingleFieldSubscriptions
{
    public static void Check(ValidationContext context)
    {
        if (context.Schema.SubscriptionType is not { } root) return;
        foreach (var operation in context.Operations)
        {
            if (operation.Operation != OperationType.Subscription) continue;
            var (fields, conditions) = Collect(context, root, operation);
            var who = operation.Name is null ? "Anonymous Subscription" : $"Subscription \"{operation.Name.Value}\"";
            if (conditions.Count > 0)
            {
                context.Report($"{who} must not use `@skip` or `@include` directives in the top level selection.", [.. conditions.Select(c => c.Location)]);
                continue;
            }

            if (fields.Count > 1)
                context.Report($"{who} must select only one top level field.", [.. fields.Skip(1).SelectMany(same => same).Select(f => f.Location)]);
            foreach (var same in fields)
                if (same[0].Name.Value.StartsWith("__", StringComparison.Ordinal))
                    context.Report($"{who} must not select an introspection top level field.", [.. same.Select(f => f.Location)]);
        }
    }

    /// <summary>Fields by response name, in the order in which they come first; and the directives that make them depend on variables.</summary>
    private static (List<List<FieldNode>> Fields, List<DirectiveNode> Conditions) Collect(ValidationContext context, ObjectType root, OperationDefinitionNode operation)
    {
        var (fields, conditions) = (new List<List<FieldNode>>(), new List<DirectiveNode>());
        var byName = new Dictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        Collect(operation.SelectionSet);
        return (fields, conditions);

        void Collect(SelectionSetNode set)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (var selection in set.Selections)
            {
                context.Spend();
                conditions.AddRange(selection.Directives.Where(d => d.Name.Value is "skip" or "include"));
                switch (selection)
                {
                    case FieldNode field when byName.TryGetValue(field.ResponseName, out var same):
                        same.Add(field);
                        break;
                    case FieldNode field:
                        fields.Add(byName[field.ResponseName] = [field]);
                        break;
                    case InlineFragmentNode inline when inline.TypeCondition is null || Applies(inline.TypeCondition):
                        Collect(inline.SelectionSet);
                        break;
                    case FragmentSpreadNode spread when visited.Add(spread.Name.Value) && context.Fragment(spread.Name.Value) is { } fragment && Applies(fragment.TypeCondition):
                        Collect(fragment.SelectionSet);
                        break;
                }
            }
        }

        bool Applies(NamedTypeNode condition) => context.Type(condition) is { } type && (ReferenceEquals(type, root) || (type is IAbstractType face && context.Schema.IsPossibleType(face, root)));
    }
}
