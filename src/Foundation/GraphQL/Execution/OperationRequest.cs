using System.Text.Json;
using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

[Flags]
public enum OperationTypes
{
    Query = 1, Mutation = 2, Subscription = 4, All = 7,
}

/// <summary>What a client asks for.</summary>
public sealed record OperationRequest
{
    /// <summary>The text; null where the request names a document that is known here.</summary>
    public string? Document { get; init; }

    /// <summary>The key of a trusted document, or <c>sha256:</c> and the hash in hex of one that was sent before. Extensions may tell the hash too, see <see cref="PersistedDocuments"/>.</summary>
    public string? DocumentId { get; init; }

    /// <summary>Which operation of the document; may be null where there is only one.</summary>
    public string? OperationName { get; init; }

    /// <summary>An object; null or undefined for none.</summary>
    public JsonElement Variables { get; init; }

    /// <summary>An object; null or undefined for none.</summary>
    public JsonElement Extensions { get; init; }

    /// <summary>For resolvers: <see cref="Resolvers.IResolverContext.ContextData"/>.</summary>
    public IReadOnlyDictionary<string, object?> ContextData { get; init; } = Literals.NoVariables;

    /// <summary>For resolvers, and for the constructors of data loaders.</summary>
    public IServiceProvider Services { get; init; } = NoServices.Instance;

    /// <summary>What the fields of the root type are asked of; null for an empty dictionary.</summary>
    public object? RootValue { get; init; }

    /// <summary>What may be asked on this way; a GET may not change anything, for instance.</summary>
    public OperationTypes Allowed { get; init; } = OperationTypes.All;

    internal bool Allows(OperationType type) => Allowed.HasFlag(type switch
    {
        OperationType.Query => OperationTypes.Query,
        OperationType.Mutation => OperationTypes.Mutation,
        _ => OperationTypes.Subscription,
    });

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();
        public object? GetService(Type serviceType) => null;
    }
}
