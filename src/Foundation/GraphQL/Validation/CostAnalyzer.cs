using System.Globalization;
using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>
/// What an operation may cost at most, before it is run: each field costs its <see cref="OutputField.Cost"/>, and what is selected of a list as often as the
/// list is long. How long tells the slicing argument with the request's variables, else <see cref="OutputField.AssumedSize"/>. A field that has a
/// slicing argument but is no list itself (a connection) tells it for the lists right below it. Sums stop at <see cref="long.MaxValue"/>.
/// </summary>
public sealed class CostAnalyzer
{
    private readonly Schema _schema;
    private readonly IReadOnlyDictionary<string, object?> _variables;
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Fragment, ICompositeType Parent, long? Size), long> _known = [];

    private CostAnalyzer(Schema schema, DocumentNode document, IReadOnlyDictionary<string, object?> variables)
    {
        (_schema, _variables) = (schema, variables);
        foreach (var definition in document.Definitions)
            if (definition is FragmentDefinitionNode fragment) _fragments[fragment.Name.Value] = fragment;
    }

    /// <param name="document">Valid, and with it the operation.</param>
    /// <param name="variables">Coerced.</param>
    public static long Analyze(Schema schema, DocumentNode document, OperationDefinitionNode operation, IReadOnlyDictionary<string, object?> variables)
    {
        return schema.RootType(operation.Operation) is { } root ? new CostAnalyzer(schema, document, variables).Selections(operation.SelectionSet, root, null) : 0;
    }

    /// <returns>Null where it is not above the limit.</returns>
    public static Error? Check(Schema schema, DocumentNode document, OperationDefinitionNode operation, IReadOnlyDictionary<string, object?> variables, long maxCost)
    {
        var cost = Analyze(schema, document, operation, variables);
        return cost <= maxCost ? null
            : new Error($"The operation{(operation.Name is { } name ? $" \"{name.Value}\"" : "")} may cost {cost}; {maxCost} are allowed. Ask for fewer fields, or for shorter lists.", operation.Location);
    }

    /// <param name="size">Of the lists right here, where the field around them tells it.</param>
    private long Selections(SelectionSetNode set, ICompositeType parent, long? size)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var cost = 0L;
        foreach (var selection in set.Selections)
        {
            if (IsLeftOut(selection)) continue;
            cost = Sum(cost, selection switch
            {
                FieldNode field => Field(field, parent, size),
                InlineFragmentNode { TypeCondition: { } condition } inline => Type(condition) is { } type ? Selections(inline.SelectionSet, type, size) : 0,
                InlineFragmentNode inline => Selections(inline.SelectionSet, parent, size),
                _ => Fragment(((FragmentSpreadNode)selection).Name.Value, size),
            });
        }

        return cost;
    }

    private long Field(FieldNode node, ICompositeType parent, long? size)
    {
        if (FieldRules.Find(_schema, parent, node.Name.Value) is not { } field) return 0;
        if (node.SelectionSet is null || field.Type.NamedType() is not ICompositeType type) return field.Cost;
        var sliced = field.SlicingArgument is { } argument ? Number(node, field, argument) : null;
        var isList = field.Type.Nullable() is ListType;
        var inside = Selections(node.SelectionSet, type, isList ? null : sliced);
        return Sum(field.Cost, isList ? Product(inside, sliced ?? size ?? field.AssumedSize) : inside);
    }

    private long Fragment(string name, long? size)
    {
        if (!_fragments.TryGetValue(name, out var fragment) || Type(fragment.TypeCondition) is not { } type) return 0;
        if (_known.TryGetValue((name, type, size), out var cost)) return cost;
        _known[(name, type, size)] = 0; // one that contains itself is refused by validation
        return _known[(name, type, size)] = Selections(fragment.SelectionSet, type, size);
    }

    private ICompositeType? Type(NamedTypeNode condition) => _schema.Types.GetValueOrDefault(condition.Name.Value) as ICompositeType;

    private long? Number(FieldNode node, OutputField field, string argument)
    {
        var given = default(IValueNode);
        for (var i = 0; i < node.Arguments.Count; i++)
            if (node.Arguments[i].Name.Value == argument) given = node.Arguments[i].Value;
        if (given is VariableNode variable && !_variables.ContainsKey(variable.Name.Value)) given = null;
        given ??= field.Arguments.TryGet(argument, out var definition) ? definition.DefaultValue : null;
        return given switch
        {
            IntValueNode whole => long.TryParse(whole.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Math.Max(0, number) : long.MaxValue,
            VariableNode at => _variables[at.Name.Value] switch { int number => Math.Max(0, number), long number => Math.Max(0, number), _ => null },
            _ => null,
        };
    }

    private bool IsLeftOut(ISelectionNode selection)
    {
        for (var i = 0; i < selection.Directives.Count; i++)
        {
            var directive = selection.Directives[i];
            if (directive.Name.Value is not ("skip" or "include") || directive.Arguments.Count == 0) continue;
            var value = directive.Arguments[0].Value switch { BooleanValueNode yes => yes.Value, VariableNode variable => _variables.GetValueOrDefault(variable.Name.Value) as bool?, _ => null };
            if (value == (directive.Name.Value == "skip")) return true;
        }

        return false;
    }

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
    private static long Product(long a, long b) => a == 0 || b == 0 ? 0 : a > long.MaxValue / b ? long.MaxValue : a * b;
}
