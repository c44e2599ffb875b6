using System.Runtime.CompilerServices;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>From a value in the document to what a resolver gets (specification, sections 3.5 to 3.12, "Input Coercion").</summary>
internal static class LiteralCoercion
{
    /// <param name="variables">Coerced; absent ones are not in it.</param>
    /// <returns>False where the value is not of the type; why is told by validation.</returns>
    public static bool TryCoerce(IValueNode node, IType type, IReadOnlyDictionary<string, object?> variables, out object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        value = null;
        if (node is VariableNode variable) return variables.TryGetValue(variable.Name.Value, out value) && (value is not null || !type.IsNonNull());
        if (node is NullValueNode) return !type.IsNonNull();
        return type.Nullable() switch
        {
            ListType list => TryCoerceList(node, list.ElementType, variables, out value),
            InputObjectType input => node is ObjectValueNode fields && TryCoerceObject(fields, input, variables, out value),
            EnumType choice => node is EnumValueNode name && choice.Values.TryGet(name.Value, out var found) && (value = found.Value) is not null,
            ScalarType scalar => TryCoerceScalar(node, scalar, variables, out value),
            _ => false,
        };
    }

    /// <summary>The value of a default, which the schema's validation has found to be of the type.</summary>
    public static object? Default(InputField field) => TryCoerce(field.DefaultValue!, field.Type, Literals.NoVariables, out var value) ? value : null;

    /// <summary>Makes of the coerced fields what the resolver gets.</summary>
    public static object Create(InputObjectType type, Dictionary<string, object?> fields) => type.CreateInstance is { } create ? create(fields) : fields;

    private static bool TryCoerceList(IValueNode node, IType elementType, IReadOnlyDictionary<string, object?> variables, out object? value)
    {
        value = null;
        if (node is not ListValueNode list)
        {
            if (!TryCoerce(node, elementType, variables, out var only)) return false;
            value = new List<object?> { only };
            return true;
        }

        var items = new List<object?>(list.Items.Count);
        foreach (var itemNode in list.Items)
        {
            object? item = null; // of a variable that is absent
            if (IsAbsent(itemNode, variables) ? elementType.IsNonNull() : !TryCoerce(itemNode, elementType, variables, out item)) return false;
            items.Add(item);
        }

        value = items;
        return true;
    }

    private static bool TryCoerceObject(ObjectValueNode node, InputObjectType type, IReadOnlyDictionary<string, object?> variables, out object? value)
    {
        value = null;
        var given = new Dictionary<string, IValueNode>(node.Fields.Count, StringComparer.Ordinal);
        foreach (var field in node.Fields) given[field.Name.Value] = field.Value;
        var coerced = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Fields)
        {
            if (!given.TryGetValue(field.Name, out var fieldNode) || IsAbsent(fieldNode, variables))
            {
                if (field.IsRequired) return false;
                if (field.DefaultValue is not null) coerced[field.Name] = Default(field);
                continue;
            }

            if (!TryCoerce(fieldNode, field.Type, variables, out var fieldValue)) return false;
            coerced[field.Name] = fieldValue;
        }

        if (type.IsOneOf && (coerced.Count != 1 || coerced.Values.First() is null)) return false;
        value = Create(type, coerced);
        return true;
    }

    private static bool TryCoerceScalar(IValueNode node, ScalarType scalar, IReadOnlyDictionary<string, object?> variables, out object? value)
    {
        try
        {
            value = scalar.ParseLiteral is { } parse && !Literals.HasVariable(node) ? parse(node) : Literals.Plain(node, variables) is { } plain ? scalar.ParseValue(plain) : null;
            return value is not null;
        }
        catch (Exception e) when (e is SerializationException or FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            value = null;
            return false;
        }
    }

    private static bool IsAbsent(IValueNode node, IReadOnlyDictionary<string, object?> variables) =>
        node is VariableNode variable && !variables.ContainsKey(variable.Name.Value);
}
