using HotChocolate.Language;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>A valid document with its operations ready to run.</summary>
internal sealed class ExecutableDocument(Schema schema, DocumentNode document)
{
    private readonly OperationDefinitionNode[] _operations = [.. document.Definitions.OfType<OperationDefinitionNode>()];
    private readonly Dictionary<OperationDefinitionNode, PreparedOperation> _prepared = [];

    public DocumentNode Document => document;

    /// <param name="name">Null where there is only one.</param>
    /// <exception cref="GraphQLException">There is none of the name, or more than one without it; in the words of graphql-js.</exception>
    public PreparedOperation Operation(string? name)
    {
        var definition = name is null
            ? _operations.Length switch
            {
                1 => _operations[0],
                0 => throw new GraphQLException("Must provide an operation."),
                _ => throw new GraphQLException("Must provide operation name if query contains multiple operations."),
            }
            : Array.Find(_operations, o => o.Name?.Value == name) ?? throw new GraphQLException($"Unknown operation named \"{name}\".");
        lock (_prepared)
        {
            if (_prepared.TryGetValue(definition, out var known)) return known;
            var root = definition.Operation switch
            {
                OperationType.Query => schema.QueryType,
                OperationType.Mutation => schema.MutationType,
                _ => schema.SubscriptionType,
            } ?? throw new GraphQLException(new Error($"Schema is not configured to execute {definition.Operation.ToString().ToLowerInvariant()} operation.", definition.Location));
            return _prepared[definition] = new PreparedOperation(schema, document, definition, root);
        }
    }
}
