using System.Reflection;
using HotChocolate.Resolvers;
using HotChocolate.Types;

namespace HotChocolate.CodeFirst;

/// <summary>What the binding of annotated types needs to know of its host.</summary>
public sealed record BindingOptions
{
    /// <summary>Scalars of types of C#, beside string, bool, int and double.</summary>
    public IReadOnlyDictionary<Type, ScalarType> Scalars { get; init; } = new Dictionary<Type, ScalarType>();

    /// <summary>Scalars that <see cref="GraphQLTypeAttribute"/> names, beside those above and the specification's.</summary>
    public IReadOnlyList<ScalarType> NamedScalars { get; init; } = [];

    /// <summary>Another name for a property's field; null leaves the usual one.</summary>
    public Func<PropertyInfo, string?> NameOf { get; init; } = _ => null;

    /// <summary>The scalar that a property is told as, by name; null leaves what its type says.</summary>
    public Func<PropertyInfo, string?> ScalarOf { get; init; } = _ => null;

    /// <summary>Whether a parameter of this type comes from the request's services.</summary>
    public Func<Type, bool> IsService { get; init; } = _ => false;

    /// <summary>Lets a caller have a field that a policy stands before, or throws <see cref="GraphQLException"/>.</summary>
    public Action<IResolverContext, string>? Authorize { get; init; }
}

/// <summary>
/// A schema from annotated C# types. Conventions are HotChocolate's: static classes marked as query, mutation or subscription type have
/// methods for fields; records have properties; <c>[ObjectType&lt;T&gt;]</c> classes add fields to them; nullability is that of C#.
/// Everything is worked out here, once: at run time there are only compiled delegates.
/// </summary>
public static class AnnotatedSchema
{
    /// <param name="types">Classes that are marked; others are ignored, so all of an assembly may be given.</param>
    /// <exception cref="SchemaException">What cannot be bound, or breaks rules of the specification.</exception>
    public static Schema Create(IEnumerable<Type> types, BindingOptions options, string? description = null)
    {
        var all = types.ToList();
        var registry = new TypeRegistry(options, all);
        var schema = Schema.Create(
            Root<QueryTypeAttribute>("Query"), Root<MutationTypeAttribute>("Mutation"), Root<SubscriptionTypeAttribute>("Subscription"), description: description);
        return schema;

        ObjectType? Root<T>(string name) where T : Attribute
        {
            var classes = all.Where(t => t.IsDefined(typeof(T))).ToList();
            if (classes.Count == 0) return null;
            var root = new ObjectType(name);
            foreach (var @class in classes) registry.AddMethods(root, @class);
            registry.Complete();
            return root;
        }
    }
}
