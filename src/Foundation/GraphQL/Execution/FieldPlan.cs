using System.Text.Json;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>One field of the response: all that can be known of it before there is a value.</summary>
internal sealed class FieldPlan
{
    private readonly OperationPlan _operation;
    private readonly bool _hasVariables;
    private readonly SelectionSetNode[] _selections;
    private Dictionary<string, object?>? _constants;
    private volatile SelectionPlan[] _plans = [];

    public FieldPlan(OperationPlan operation, int id, ObjectType parentType, OutputField field, string responseName, FieldNode[] nodes, int slot)
    {
        (_operation, Id, ParentType, Field, ResponseName, Nodes) = (operation, id, parentType, field, responseName, nodes);
        _selections = [.. nodes.Select(n => n.SelectionSet).OfType<SelectionSetNode>()];
        NamedType = field.Type.NamedType();
        Key = [(byte)'"', .. JsonEncodedText.Encode(responseName).EncodedUtf8Bytes, (byte)'"', (byte)':'];
        IsTypename = ReferenceEquals(field, Introspection.TypenameField);
        IsPure = IsTypename || (field.Resolver is null && field.Arguments.Count == 0);
        _hasVariables = nodes[0].Arguments.Any(a => Literals.HasVariable(a.Value));
        Slot = IsPure && NamedType is ILeafType ? -1 : slot;
    }

    public int Id { get; }
    public ObjectType ParentType { get; }
    public OutputField Field { get; }
    public string ResponseName { get; }
    public FieldNode[] Nodes { get; }
    public INamedType NamedType { get; }
    public bool IsTypename { get; }

    /// <summary>Its value is at hand wherever its parent is.</summary>
    public bool IsPure { get; }

    /// <summary>The name as JSON, with its colon.</summary>
    public byte[] Key { get; }

    /// <summary>Index into <see cref="ObjectNode.Slots"/>; -1 for a leaf that is read while the response is written.</summary>
    public int Slot { get; }

    public bool HasSlot => Slot >= 0;

    /// <exception cref="GraphQLException">They are not what the field wants.</exception>
    public Dictionary<string, object?> CoerceArguments(IReadOnlyDictionary<string, object?> variables)
    {
        if (!_hasVariables && _constants is { } known) return known;
        var coerced = ArgumentCoercion.Coerce(Field.Arguments, Nodes[0].Arguments, Nodes[0].Location, variables);
        return _hasVariables ? coerced : _constants = coerced;
    }

    /// <summary>What is selected of a value that turns out to be of a type.</summary>
    public SelectionPlan For(ObjectType type)
    {
        var plans = _plans;
        foreach (var plan in plans)
            if (ReferenceEquals(plan.Type, type)) return plan;
        var collected = _operation.Collect(type, _selections);
        lock (_selections)
        {
            foreach (var plan in _plans)
                if (ReferenceEquals(plan.Type, type)) return plan;
            _plans = [.. _plans, collected];
        }

        return collected;
    }

    /// <summary>The value of a field that is pure.</summary>
    public object? PureValue(object parent) =>
        Field.PureResolver is { } get ? get(parent)
        : IsTypename ? ParentType.Name
        : parent is IReadOnlyDictionary<string, object?> values ? values.GetValueOrDefault(Field.Name)
        : _operation.Operation.Operation == OperationType.Subscription && Field.SubscribeResolver is not null ? parent // the message itself
        : null;
}
