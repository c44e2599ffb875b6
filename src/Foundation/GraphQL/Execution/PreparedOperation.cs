using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace HotChocolate.Execution;

/// <summary>An operation of a valid document, ready to run; kept with the document.</summary>
internal sealed class PreparedOperation
{
    /// <summary>Of plans kept: a document with many conditions has a plan for each way they may turn out.</summary>
    private const int MaxPlans = 8;

    private readonly Schema _schema;
    private readonly Dictionary<string, FragmentDefinitionNode> _fragments;
    private readonly string[] _conditions;
    private readonly List<(object?[] Values, OperationPlan Plan)> _plans = [];
    private bool _hasConstantCost;

    public PreparedOperation(Schema schema, DocumentNode document, OperationDefinitionNode definition, ObjectType root)
    {
        (_schema, Document, Definition, Root) = (schema, document, definition, root);
        _fragments = new(StringComparer.Ordinal);
        foreach (var fragment in document.Definitions.OfType<FragmentDefinitionNode>()) _fragments.TryAdd(fragment.Name.Value, fragment);
        Variables = VariableDefinition.Of(definition, schema);
        _conditions = [.. Variables.Where(v => v.Type?.Nullable() == Scalars.Boolean).Select(v => v.Name)];
    }

    public DocumentNode Document { get; }
    public OperationDefinitionNode Definition { get; }
    public ObjectType Root { get; }
    public VariableDefinition[] Variables { get; }

    /// <returns>Null where the operation does not cost too much; without variables it always costs the same.</returns>
    public Error? CheckCost(IReadOnlyDictionary<string, object?> variables, long max)
    {
        if (_hasConstantCost) return null;
        var error = CostAnalyzer.Check(_schema, Document, Definition, variables, max);
        if (error is null && Variables.Length == 0) _hasConstantCost = true;
        return error is null ? null : error with { Code = ErrorCodes.CostTooHigh };
    }

    public OperationPlan PlanFor(IReadOnlyDictionary<string, object?> variables)
    {
        // Any variable that is true or false may be a condition; to look which are would take a walk through the document.
        lock (_plans)
        {
            foreach (var (known, plan) in _plans)
                if (IsSame(known, variables)) return plan;
        }

        var values = new object?[_conditions.Length];
        var conditions = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Absent;
            if (variables.TryGetValue(_conditions[i], out var value)) conditions[_conditions[i]] = values[i] = value;
        }

        var made = new OperationPlan(_schema, Definition, Root, _fragments, conditions);
        lock (_plans)
        {
            if (_plans.Count >= MaxPlans) _plans.RemoveAt(0);
            _plans.Add((values, made));
        }

        return made;
    }

    private static readonly object Absent = new();

    private bool IsSame(object?[] values, IReadOnlyDictionary<string, object?> variables)
    {
        for (var i = 0; i < values.Length; i++)
            if (!Equals(values[i], variables.TryGetValue(_conditions[i], out var value) ? value : Absent)) return false;
        return true;
    }
}
