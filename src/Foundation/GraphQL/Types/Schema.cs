using HotChocolate.Language;

namespace HotChocolate.Types;

/// <summary>All types that a request may use. Not changed any more once made.</summary>
public sealed class Schema
{
    private readonly Dictionary<string, INamedType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DirectiveType> _directives = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ObjectType>> _possible = new(StringComparer.Ordinal);
    private readonly HashSet<(IAbstractType, ObjectType)> _isPossible = [];

    private Schema()
    {
    }

    public string? Description { get; private init; }
    public ObjectType? QueryType { get; private init; }
    public ObjectType? MutationType { get; private init; }
    public ObjectType? SubscriptionType { get; private init; }

    /// <summary>Null where the schema has no operations of the kind.</summary>
    public ObjectType? RootType(OperationType operation) => operation switch
    {
        OperationType.Query => QueryType,
        OperationType.Mutation => MutationType,
        _ => SubscriptionType,
    };

    /// <summary>Every named type, also the built-in scalars that are used and the types of introspection.</summary>
    public IReadOnlyDictionary<string, INamedType> Types => _types;

    /// <summary>The built-in ones too.</summary>
    public IReadOnlyDictionary<string, DirectiveType> DirectiveTypes => _directives;

    /// <summary>Makes a schema of its types without asking whether it keeps the rules of the specification (see <c>SchemaValidator</c>).</summary>
    /// <param name="types">Named types that cannot be reached from the roots, such as objects that only an interface leads to; the built-in scalars and the types of introspection need not be given.</param>
    /// <param name="directives">Beyond the built-in ones.</param>
    /// <exception cref="SchemaException">Two types have one name.</exception>
    public static Schema Create(
        ObjectType? query, ObjectType? mutation = null, ObjectType? subscription = null, IEnumerable<INamedType>? types = null,
        IEnumerable<DirectiveType>? directives = null, string? description = null)
    {
        var schema = new Schema { Description = description, QueryType = query, MutationType = mutation, SubscriptionType = subscription };
        foreach (var directive in Directives.All.Concat(directives ?? [])) schema._directives[directive.Name] = directive;
        foreach (var root in new INamedType?[] { query, mutation, subscription }.OfType<INamedType>().Concat(types ?? [])) schema.Collect(root);
        foreach (var directive in schema._directives.Values)
            foreach (var argument in directive.Arguments) schema.Collect(argument.Type.NamedType());
        schema.Collect(Introspection.Schema);
        foreach (var type in schema._types.Values.ToList())
        {
            if (type is UnionType union) schema._possible[union.Name] = [.. union.Types];
            if (type is not ObjectType leaf) continue;
            foreach (var face in leaf.Interfaces) (schema._possible.TryGetValue(face.Name, out var all) ? all : schema._possible[face.Name] = []).Add(leaf);
        }

        foreach (var type in schema._types.Values.OfType<IAbstractType>())
            foreach (var leaf in schema.PossibleTypes(type)) schema._isPossible.Add((type, leaf));

        return schema;
    }

    /// <summary>The objects that an interface or union may turn out to be.</summary>
    public IReadOnlyList<ObjectType> PossibleTypes(IAbstractType type) => _possible.TryGetValue(type.Name, out var all) ? all : [];

    public bool IsPossibleType(IAbstractType type, ObjectType possible) => _isPossible.Contains((type, possible));

    private void Collect(INamedType type)
    {
        // A stack of our own: a chain of types may be longer than the thread's stack.
        var open = new Stack<INamedType>([type]);
        while (open.TryPop(out var next))
        {
            if (_types.TryGetValue(next.Name, out var known))
            {
                if (ReferenceEquals(known, next)) continue;
                throw new SchemaException([new Error($"Two types are named \"{next.Name}\".")]);
            }

            _types.Add(next.Name, next);
            foreach (var needed in Needs(next)) open.Push(needed);
        }
    }

    private static IEnumerable<INamedType> Needs(INamedType type) => type switch
    {
        IComplexType complex => complex.Interfaces.Concat(complex.Fields.SelectMany(f => f.Arguments.Select(a => a.Type).Prepend(f.Type)).Select(t => t.NamedType())).Reverse(),
        UnionType union => union.Types.Reverse(),
        InputObjectType input => input.Fields.Select(f => f.Type.NamedType()).Reverse(),
        _ => [],
    };
}

/// <summary>A schema that breaks the rules of the specification, or a change of it that would break clients.</summary>
public sealed class SchemaException(IReadOnlyList<Error> errors) : Exception(string.Join(Environment.NewLine, errors.Select(e => e.Message)))
{
    public IReadOnlyList<Error> Errors { get; } = errors;
}
