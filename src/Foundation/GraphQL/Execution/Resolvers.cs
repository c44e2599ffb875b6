using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Resolvers;

/// <summary>Gives the value of a field; null, a leaf's value, an object, or an <see cref="System.Collections.IEnumerable"/> for a list.</summary>
public delegate ValueTask<object?> FieldResolverDelegate(IResolverContext context);

/// <summary>Opens the stream of a subscription.</summary>
public delegate ValueTask<IAsyncEnumerable<object?>> SubscribeResolverDelegate(IResolverContext context);

/// <summary>What a resolver knows of the field that it resolves.</summary>
public interface IResolverContext
{
    Schema Schema { get; }
    ObjectType ObjectType { get; }
    OutputField Field { get; }

    /// <summary>The fields of the document that are merged into this one; never empty.</summary>
    IReadOnlyList<FieldNode> FieldNodes { get; }

    Path Path { get; }
    IServiceProvider Services { get; }

    /// <summary>What goes through the whole request: the caller, for instance.</summary>
    IReadOnlyDictionary<string, object?> ContextData { get; }

    CancellationToken RequestAborted { get; }

    /// <summary>The value that the field is asked of.</summary>
    T Parent<T>();

    /// <summary>A coerced argument; the type's default where it was not given.</summary>
    T ArgumentValue<T>(string name);

    /// <summary>False where neither the request nor a default gave it; a null that was given is there.</summary>
    bool HasArgument(string name);

    /// <summary>The message of a subscription that the field is resolved for.</summary>
    T EventMessage<T>();

    /// <summary>One of the request's data loaders, made on first use.</summary>
    T DataLoader<T>() where T : class;

    /// <summary>An error of this field beside a value.</summary>
    void ReportError(Error error);
}
