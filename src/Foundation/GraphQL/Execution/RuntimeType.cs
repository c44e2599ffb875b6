using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>Which object type a value is of (specification, section 6.4.3, "Resolving Abstract Types").</summary>
internal static class RuntimeType
{
    /// <returns>The type, or why there is none, as graphql-js says it.</returns>
    public static (ObjectType? Type, string? Why) Of(object value, INamedType declared, FieldPlan field, Schema schema)
    {
        if (declared is ObjectType known) return (known, null);
        var type = (IAbstractType)declared;
        var name = type.ResolveType is { } resolve ? resolve(value)
            : value is IReadOnlyDictionary<string, object?> fields && fields.GetValueOrDefault("__typename") is string told ? told
            : null;
        if (name is null)
        {
            foreach (var possible in schema.PossibleTypes(type))
                if (possible.IsInstance?.Invoke(value) == true) return (possible, null);
            return (null, $"Abstract type \"{type.Name}\" must resolve to an Object type at runtime for field \"{field.ParentType.Name}.{field.Field.Name}\". Either the \"{type.Name}\" type should provide a \"resolveType\" function or each possible type should provide an \"isTypeOf\" function.");
        }

        if (!schema.Types.TryGetValue(name, out var found)) return (null, $"Abstract type \"{type.Name}\" was resolved to a type \"{name}\" that does not exist inside the schema.");
        if (found is not ObjectType objectType) return (null, $"Abstract type \"{type.Name}\" was resolved to a non-object type \"{name}\".");
        return schema.IsPossibleType(type, objectType) ? (objectType, null) : (null, $"Runtime Object type \"{name}\" is not a possible type for \"{type.Name}\".");
    }
}
