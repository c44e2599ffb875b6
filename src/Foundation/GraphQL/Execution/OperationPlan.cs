using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>
/// An operation with the fields of its selections collected and merged (specification, section 6.3.2). Holds for every request in which the variables of
/// <c>@skip</c> and <c>@include</c> have the same values; plans of sub-selections are made when an object of their type first comes by.
/// </summary>
internal sealed class OperationPlan
{
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments;
    private readonly IReadOnlyDictionary<string, object?> _conditions;
    private int _fields;

    public OperationPlan(
        Schema schema, OperationDefinitionNode operation, ObjectType root, Dictionary<string, FragmentDefinitionNode> fragments, IReadOnlyDictionary<string, object?> conditions)
    {
        (Schema, Operation, _fragments, _conditions) = (schema, operation, fragments, conditions);
        Root = Collect(root, [operation.SelectionSet]);
    }

    public Schema Schema { get; }
    public OperationDefinitionNode Operation { get; }
    public SelectionPlan Root { get; }

    /// <summary>An upper bound of <see cref="FieldPlan.Id"/>, by now.</summary>
    public int FieldCount => Volatile.Read(ref _fields);

    public SelectionPlan Collect(ObjectType type, IReadOnlyList<SelectionSetNode> sets)
    {
        var groups = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var set in sets) Collect(type, set, groups, visited);
        }
        catch (GraphQLException e)
        {
            return new SelectionPlan(type, [], 0, e);
        }

        var fields = new List<FieldPlan>(groups.Count);
        var slots = 0;
        foreach (var (name, nodes) in groups)
        {
            // A field that is not there is left out, as in graphql-js; validation does not let it come here.
            if (FieldOf(type, nodes[0].Name.Value) is not { } field) continue;
            var plan = new FieldPlan(this, Interlocked.Increment(ref _fields) - 1, type, field, name, [.. nodes], slots);
            if (plan.HasSlot) slots++;
            fields.Add(plan);
        }

        return new SelectionPlan(type, [.. fields], slots);
    }

    private OutputField? FieldOf(ObjectType type, string name) =>
        type.Fields.TryGet(name, out var field) ? field : Introspection.MetaField(Schema, type, name);

    private void Collect(ObjectType type, SelectionSetNode set, OrderedDictionary<string, List<FieldNode>> groups, HashSet<string> visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Selections)
        {
            // A condition that is not looked at cannot fail: fragments that are in already come first, as in graphql-js.
            if ((selection is FragmentSpreadNode known && visited.Contains(known.Name.Value)) || !IsIncluded(selection)) continue;
            switch (selection)
            {
                case FieldNode field:
                    if (groups.TryGetValue(field.ResponseName, out var nodes)) nodes.Add(field);
                    else groups.Add(field.ResponseName, [field]);
                    break;
                case InlineFragmentNode inline when Applies(inline.TypeCondition, type):
                    Collect(type, inline.SelectionSet, groups, visited);
                    break;
                case FragmentSpreadNode spread when visited.Add(spread.Name.Value) && _fragments.TryGetValue(spread.Name.Value, out var fragment) && Applies(fragment.TypeCondition, type):
                    Collect(type, fragment.SelectionSet, groups, visited);
                    break;
            }
        }
    }

    private bool Applies(NamedTypeNode? condition, ObjectType type) =>
        condition is null || condition.Name.Value == type.Name
        || (Schema.Types.TryGetValue(condition.Name.Value, out var named) && named is IAbstractType @abstract && Schema.IsPossibleType(@abstract, type));

    private bool IsIncluded(ISelectionNode selection)
    {
        if (selection.Directives.Count == 0) return true;
        return !Holds(selection, Directives.Skip, otherwise: false) && Holds(selection, Directives.Include, otherwise: true);
    }

    /// <exception cref="GraphQLException">The condition has no value.</exception>
    private bool Holds(ISelectionNode selection, DirectiveType directive, bool otherwise)
    {
        foreach (var node in selection.Directives)
        {
            if (node.Name.Value != directive.Name) continue;
            return ArgumentCoercion.Coerce(directive.Arguments, node.Arguments, node.Location, _conditions)["if"] is true;
        }

        return otherwise;
    }
}

/// <summary>What is selected of an object of one type.</summary>
/// <param name="Slots">How many of the fields need a place for their value before the response is written.</param>
/// <param name="Error">Not null where a condition among the selections has no value.</param>
internal sealed record SelectionPlan(ObjectType Type, FieldPlan[] Fields, int Slots, GraphQLException? Error = null);
