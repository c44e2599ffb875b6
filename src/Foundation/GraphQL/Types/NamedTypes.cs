using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>A leaf whose values are strings, numbers or booleans in JSON.</summary>
public sealed class ScalarType(string name, string? description = null, Uri? specifiedBy = null) : ILeafType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public Uri? SpecifiedBy { get; } = specifiedBy;

    /// <summary>From what a resolver returned to what JSON can hold: string, bool, int, long, double or decimal. Throws <see cref="SerializationException"/>.</summary>
    public Func<object, object?> Serialize { get; init; } = value => value;

    /// <summary>From a variable's value (string, bool, long, decimal, double, list or dictionary) to what a resolver gets. Throws <see cref="SerializationException"/>.</summary>
    public Func<object, object?> ParseValue { get; init; } = value => value;

    /// <summary>From a value in the document, without variables in it, to what a resolver gets; null goes through <see cref="ParseValue"/>. Throws <see cref="SerializationException"/>.</summary>
    public Func<IValueNode, object?>? ParseLiteral { get; init; }

    /// <summary>
    /// Writes what <see cref="Serialize"/> would give as a string, in characters that JSON needs no escape for; false where the span is too short.
    /// The fast way for numbers and times that go out as strings; null for the usual way. Must not throw.
    /// </summary>
    public Utf8Format? Utf8Format { get; init; }

    public override string ToString() => Name;
}

public delegate bool Utf8Format(object value, Span<byte> destination, out int bytesWritten);

/// <summary>A value that is not of a scalar's or enum's range.</summary>
public sealed class SerializationException(string message) : Exception(message);

public sealed class EnumType(string name, string? description = null) : ILeafType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public Members<EnumValue> Values { get; } = new();

    /// <summary>The value's name for the response.</summary>
    /// <exception cref="SerializationException">No value of the type has it.</exception>
    public string Serialize(object value) =>
        value is string name && Values.TryGet(name, out var direct) && Equals(direct.Value, value) ? direct.Name
        : (_names ??= NamesByValue()).TryGetValue(value, out var found) ? found
        : throw new SerializationException($"Enum \"{Name}\" cannot represent value: {Inspect.Value(value)}");

    /// <summary>What a resolver gets for a name.</summary>
    /// <exception cref="SerializationException">No value of the type has it.</exception>
    public object Parse(string name) =>
        Values.TryGet(name, out var value) ? value.Value : throw new SerializationException($"Value \"{name}\" does not exist in \"{Name}\" enum.");

    public override string ToString() => Name;

    private Dictionary<object, string>? _names;

    private Dictionary<object, string> NamesByValue()
    {
        var names = new Dictionary<object, string>();
        foreach (var value in Values) names.TryAdd(value.Value, value.Name);
        return names;
    }
}

/// <param name="RuntimeValue">What resolvers get and return for it; the name where that is null.</param>
public sealed record EnumValue(string Name, string? Description = null, string? DeprecationReason = null, object? RuntimeValue = null) : IMember
{
    public object Value => RuntimeValue ?? Name;
}

public sealed class ObjectType(string name, string? description = null) : IComplexType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public Members<OutputField> Fields { get; } = new();
    public Members<InterfaceType> Interfaces { get; } = new();

    /// <summary>Whether a value is of this type; asked where an interface or union does not tell.</summary>
    public Func<object, bool>? IsInstance { get; set; }

    public override string ToString() => Name;
}

public sealed class InterfaceType(string name, string? description = null) : IComplexType, IAbstractType, IMember
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public Members<OutputField> Fields { get; } = new();
    public Members<InterfaceType> Interfaces { get; } = new();
    public Func<object, string?>? ResolveType { get; set; }
    public override string ToString() => Name;
}

public sealed class UnionType(string name, string? description = null) : IAbstractType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public IList<ObjectType> Types { get; } = [];
    public Func<object, string?>? ResolveType { get; set; }
    public override string ToString() => Name;
}

public sealed class InputObjectType(string name, string? description = null) : INamedType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;

    /// <summary>Just one field must be given, and not null: <c>@oneOf</c>.</summary>
    public bool IsOneOf { get; init; }

    public Members<InputField> Fields { get; } = new();

    /// <summary>Makes of the coerced fields that were given what a resolver gets; null leaves the dictionary.</summary>
    public Func<IReadOnlyDictionary<string, object?>, object>? CreateInstance { get; set; }

    public override string ToString() => Name;
}
