using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>A variable of an operation with its type in the schema; made once for each operation.</summary>
/// <param name="Type">Null if there is none of that name, or it is no type for input.</param>
/// <param name="TypeText">As the document writes it.</param>
internal sealed record VariableDefinition(string Name, IType? Type, string TypeText, IValueNode? DefaultValue, Location Location)
{
    public static VariableDefinition[] Of(OperationDefinitionNode operation, Schema schema) =>
        [.. operation.VariableDefinitions.Select(v => new VariableDefinition(v.Variable.Name.Value, TypeOf(v.Type, schema), v.Type.ToString()!, v.DefaultValue, v.Location))];

    private static IType? TypeOf(ITypeNode node, Schema schema) => node switch
    {
        NonNullTypeNode nonNull => TypeOf(nonNull.Type, schema) is { } inner ? new NonNullType(inner) : null,
        ListTypeNode list => TypeOf(list.Type, schema) is { } element ? new ListType(element) : null,
        NamedTypeNode named => schema.Types.TryGetValue(named.Name.Value, out var type) && type.IsInput() ? type : null,
        _ => null,
    };
}

/// <summary>The variables of a request, from JSON to what resolvers get (specification, section 6.1.2).</summary>
internal static class VariableCoercion
{
    /// <summary>Of errors; as in graphql-js.</summary>
    public const int MaxErrors = 50;

    /// <summary>In characters; a value of a megabyte is not sent back.</summary>
    private const int MaxMessage = 4_000;

    /// <summary>Above this many names and properties, a search through all for each takes longer than an index.</summary>
    private const int Many = 8;

    /// <param name="input">An object, or nothing.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <param name="nulAllowed">See <see cref="Validation.ValidationOptions.NulAllowed"/>.</param>
    /// <returns>By name; variables that neither the request nor a default gives are not in it.</returns>
    public static IReadOnlyDictionary<string, object?> Coerce(VariableDefinition[] definitions, JsonElement input, List<Error> errors, bool nulAllowed = true)
    {
        if (definitions.Length == 0) return Literals.NoVariables;
        var coerced = new Dictionary<string, object?>(definitions.Length, StringComparer.Ordinal);
        var given = new Properties(input, definitions.Length);
        foreach (var definition in definitions)
        {
            if (errors.Count >= MaxErrors) break;
            var name = definition.Name;
            if (definition.Type is not { } type)
                errors.Add(new Error($"Variable \"${name}\" expected value of type \"{definition.TypeText}\" which cannot be used as an input type.", definition.Location));
            else if (!given.TryGet(name, out var value))
            {
                if (definition.DefaultValue is { } byDefault) coerced[name] = LiteralCoercion.TryCoerce(byDefault, type, Literals.NoVariables, out var usual) ? usual : null;
                else if (type.IsNonNull()) errors.Add(new Error($"Variable \"${name}\" of required type \"{definition.TypeText}\" was not provided.", definition.Location));
            }
            else if (value.ValueKind == JsonValueKind.Null && type.IsNonNull())
                errors.Add(new Error($"Variable \"${name}\" of non-null type \"{definition.TypeText}\" must not be null.", definition.Location));
            else
                coerced[name] = Coerce(value, type, null, new Reader(definition, errors, nulAllowed));
        }

        if (errors.Count >= MaxErrors) errors.Add(new Error("Too many errors processing variables, error limit reached. Execution aborted."));
        return coerced;
    }

    private static object? Coerce(JsonElement value, IType type, Path? at, Reader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return type.IsNonNull() ? reader.Wrong(at, value, $"Expected non-nullable type \"{type}\" not to be null.") : null;
        return type.Nullable() switch
        {
            ListType list => CoerceList(value, list.ElementType, at, reader),
            InputObjectType input when value.ValueKind == JsonValueKind.Object => CoerceObject(value, input, at, reader),
            InputObjectType input => reader.Wrong(at, value, $"Expected type \"{input.Name}\" to be an object."),
            EnumType choice => CoerceEnum(value, choice, at, reader),
            ScalarType scalar => CoerceScalar(value, scalar, at, reader),
            _ => null,
        };
    }

    private static List<object?> CoerceList(JsonElement value, IType elementType, Path? at, Reader reader)
    {
        if (value.ValueKind != JsonValueKind.Array) return [Coerce(value, elementType, at, reader)];
        var items = new List<object?>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (reader.IsFull) break;
            items.Add(Coerce(item, elementType, Path.Of(at, items.Count), reader));
        }

        return items;
    }

    private static object? CoerceObject(JsonElement value, InputObjectType type, Path? at, Reader reader)
    {
        var coerced = new Dictionary<string, object?>(StringComparer.Ordinal);
        var (given, before) = (new Properties(value, type.Fields.Count), reader.Count);
        foreach (var field in type.Fields)
        {
            if (reader.IsFull) return null;
            if (given.TryGet(field.Name, out var fieldValue)) coerced[field.Name] = Coerce(fieldValue, field.Type, Path.Of(at, field.Name), reader);
            else if (field.DefaultValue is not null) coerced[field.Name] = LiteralCoercion.Default(field);
            else if (field.Type.IsNonNull()) reader.Wrong(at, value, $"Field \"{field.Name}\" of required type \"{field.Type}\" was not provided.");
        }

        foreach (var property in value.EnumerateObject())
        {
            if (reader.IsFull) return null;
            if (!type.Fields.Contains(property.Name)) reader.Wrong(at, value, $"Field \"{property.Name}\" is not defined by type \"{type.Name}\".");
        }

        if (type.IsOneOf)
        {
            if (coerced.Count != 1) reader.Wrong(at, value, $"Exactly one key must be specified for OneOf type \"{type.Name}\".");
            if (coerced.Keys.FirstOrDefault() is { } name && given.TryGet(name, out var only) && only.ValueKind == JsonValueKind.Null)
                reader.Wrong(Path.Of(at, name), only, $"Field \"{name}\" must be non-null.");
        }

        return reader.Count == before ? LiteralCoercion.Create(type, coerced) : null;
    }

    private static object? CoerceEnum(JsonElement value, EnumType type, Path? at, Reader reader) =>
        value.ValueKind != JsonValueKind.String ? reader.Wrong(at, value, $"Enum \"{type.Name}\" cannot represent non-string value: {Inspect.Value(value)}.")
        : value.GetString() is { } name && type.Values.TryGet(name, out var found) ? found.Value
        : reader.Wrong(at, value, $"Value \"{value.GetString()}\" does not exist in \"{type.Name}\" enum.");

    private static object? CoerceScalar(JsonElement value, ScalarType type, Path? at, Reader reader)
    {
        if (!reader.NulAllowed && value.ValueKind == JsonValueKind.String && value.GetString()!.Contains('\0', StringComparison.Ordinal))
            return reader.Wrong(at, value, "No text here can hold U+0000; leave it out.");
        try
        {
            // The built-in ones take no lists and objects; theirs are not made for the sake of an error.
            var plain = value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && Scalars.All.Contains(type) ? value : PlainJson.Of(value)!;
            return type.ParseValue(plain) ?? reader.Wrong(at, value, $"Expected type \"{type.Name}\".");
        }
        catch (SerializationException e)
        {
            return reader.Wrong(at, value, e.Message);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            return reader.Wrong(at, value, $"Expected type \"{type.Name}\"."); // of a scalar that leaves its errors to the parsing methods of .NET
        }
    }

    /// <summary>Takes the errors of one variable.</summary>
    private readonly struct Reader(VariableDefinition definition, List<Error> errors, bool nulAllowed)
    {
        public int Count => errors.Count;
        public bool NulAllowed => nulAllowed;
        public bool IsFull => errors.Count >= MaxErrors;

        public object? Wrong(Path? at, JsonElement value, string why)
        {
            if (IsFull) return null;
            var where = at is null ? "" : $" at \"{definition.Name}{string.Concat(at.ToList().Select(Step))}\"";
            var shown = value.ValueKind == JsonValueKind.Undefined ? "undefined" : Inspect.Value(value);
            var message = $"Variable \"${definition.Name}\" got invalid value {shown}{where}; {why}";
            errors.Add(new Error(message.Length <= MaxMessage ? message : message[..MaxMessage] + "…", definition.Location));
            return null;
        }

        private static string Step(object step) => step is int index ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : $".{step}";
    }

    /// <summary>The properties of a JSON object by name; a search through each for each name would be quadratic.</summary>
    private readonly struct Properties
    {
        private readonly JsonElement _object;
        private readonly Dictionary<string, JsonElement>? _byName;

        public Properties(JsonElement json, int names)
        {
            _object = json;
            if (names <= Many || json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() <= Many) return;
            _byName = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var property in json.EnumerateObject()) _byName[property.Name] = property.Value;
        }

        public bool TryGet(string name, out JsonElement value)
        {
            value = default;
            return _byName is not null ? _byName.TryGetValue(name, out value) : _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out value);
        }
    }
}
