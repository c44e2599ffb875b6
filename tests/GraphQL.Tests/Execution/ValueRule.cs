using System.Globalization;
using HotChocolate;
using HotChocolate.Resolvers;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>
/// The value of a field follows from the seed, the way to it and its arguments: often right, sometimes null, wrong or an error. The script
/// <c>graphql-execute.mjs</c> has the same rule in JavaScript.
/// </summary>
internal sealed class ValueRule(int seed)
{
    /// <summary>Set once the schema is made of the fields that ask this rule.</summary>
    public Schema? Schema { get; set; }

    public static object Root { get; } = new Thing("", null);

    public static string? TypeOf(object value) => ((Thing)value).Type;

    public object? Of(IType type, object parent, string name) => Field(type, $"{KeyOf(parent)}.{name}");

    /// <summary>The source of a subscription: it may not open, has few events or none, some of them null, and may break.</summary>
    public async ValueTask<IAsyncEnumerable<object?>> OpenAsync(IResolverContext context)
    {
        var key = KeyOf(context);
        var hash = Hash(key + "~");
        if (hash % 20 > 4) await Task.Yield();
        return hash % 10 == 0 ? throw new GraphQLException($"closed {key}") : EventsAsync(key);
    }

    private async IAsyncEnumerable<object?> EventsAsync(string key)
    {
        var hash = Hash(key + "#");
        for (var i = 0; i < hash % 5; i++)
        {
            var next = Hash($"{key}#{i}");
            if (next % 3 == 0) await Task.Yield();
            yield return next % 10 == 0 ? null : new Thing($"{key}#{i}", null);
        }

        if ((hash >> 8) % 4 == 0) throw new GraphQLException($"broken {key}");
    }

    public async ValueTask<object?> OfAsync(IResolverContext context)
    {
        var key = KeyOf(context);

        // Whether and how long it waits must not be seen in the response.
        for (var wait = Hash(key) % 5; wait > 2; wait--) await Task.Yield();
        return Field(context.Field.Type, key);
    }

    private static string KeyOf(IResolverContext context)
    {
        var arguments = context.Field.Arguments;
        var key = $"{KeyOf(context.Parent<object>())}.{context.Field.Name}";
        if (arguments.Count == 0) return key;
        var given = arguments.Where(a => context.HasArgument(a.Name)).ToDictionary(a => a.Name, a => context.ArgumentValue<object?>(a.Name), StringComparer.Ordinal);
        return $"{key}({Canonical(given)})";
    }

    /// <summary>An event that is null has no key.</summary>
    private static string KeyOf(object parent) => (parent as Thing)?.Key ?? "";

    private object? Field(IType type, string key)
    {
        var chance = Hash(key + "!") % 100;
        return chance < (type.IsNonNull() ? 1 : 4) ? throw new GraphQLException($"boom {key}") : Value(type, key);
    }

    private object? Value(IType type, string key)
    {
        var hash = Hash(key);
        var (chance, rest) = (hash % 100, hash >> 8);
        if (chance < (type.IsNonNull() ? 1 : 10)) return null;
        return type.Nullable() switch
        {
            ListType when chance == 99 => 5,
            ListType list => Enumerable.Range(0, (int)(rest % 4)).Select(i => Value(list.ElementType, $"{key}[{i}]")).ToList(),
            EnumType choice => chance == 98 ? "NOPE" : choice.Values[(int)(rest % 3)].Name,
            ScalarType scalar => Scalar(scalar.Name, chance, rest),
            IAbstractType @abstract => new Thing(key, chance switch
            {
                98 => "Nowhere",
                97 => "E0",
                96 => "Query",
                95 => null,
                _ => Possible(@abstract, rest),
            }),
            _ => new Thing(key, null),
        };
    }

    private string? Possible(IAbstractType type, uint rest)
    {
        var names = Schema!.PossibleTypes(type).Select(t => t.Name).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : names[(int)(rest % (uint)names.Count)];
    }

    private static object Scalar(string name, uint chance, uint rest) => (name, chance) switch
    {
        ("Int", 98) => "abc",
        ("Int", 97) => 2147483648L,
        ("Int", 96) => 1.5,
        ("Int", 95) => true,
        ("Int", _) => (int)(rest % 1000) - 500,
        ("Float", 98) => "abc",
        ("Float", 97) => double.NaN,
        ("Float", 96) => "2.5",
        ("Float", _) => ((int)(rest % 100_000) - 50_000) / 8.0,
        ("String", 98) => new Dictionary<string, object?>(StringComparer.Ordinal),
        ("String", 97) => true,
        ("String", 96) => 1.5,
        ("String", 95) => "ü\n\"🏃\u0001\\",
        ("String", _) => $"s{rest}",
        ("Boolean", 98) => "yes",
        ("Boolean", 97) => 0,
        ("Boolean", _) => rest % 2 == 0,
        (_, 98) => 1.5,
        (_, 97) => 12,
        _ => $"id{rest}",
    };

    /// <summary>FNV-1a over the UTF-16 units.</summary>
    private uint Hash(string key)
    {
        var hash = 2166136261u;
        foreach (var c in $"{seed}{key}") hash = (hash ^ c) * 16777619u;
        hash ^= hash >> 15;
        hash *= 2246822519u;
        return hash ^ (hash >> 13);
    }

    private static string Canonical(object? value)
    {
        switch (value)
        {
            case null: return "null";
            case bool yes: return yes ? "true" : "false";
            case int number: return number.ToString(CultureInfo.InvariantCulture);
            case double number: return Inspect.Number(number);
            case string text: return "'" + text + "'";
            case IReadOnlyDictionary<string, object?> fields: return "{" + string.Join(",", fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + ":" + Canonical(f.Value))) + "}";
            case IEnumerable<object?> items: return "[" + string.Join(",", items.Select(Canonical)) + "]";
            default: throw new InvalidOperationException(value.GetType().Name);
        }
    }

    private sealed record Thing(string Key, string? Type);
}
