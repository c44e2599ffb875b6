using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotChocolate.Execution;

/// <summary>Runs requests against a schema: find the document, parse and validate it or take it from the cache, coerce the variables, resolve, write. Safe for many threads.</summary>
public sealed class RequestExecutor
{
    private static readonly object EmptyRoot = new Dictionary<string, object?>(StringComparer.Ordinal);

    private readonly ILogger _logger;
    private readonly PersistedDocuments _persisted;
    private readonly LruCache<ExecutableDocument> _documents;

    /// <param name="logger">Hears of resolvers' exceptions, which clients do not.</param>
    public RequestExecutor(Schema schema, RequestOptions? options = null, ILogger? logger = null)
    {
        (Schema, Options, _logger) = (schema, options ?? new RequestOptions(), logger ?? NullLogger.Instance);
        _persisted = new PersistedDocuments(Options);
        _documents = new LruCache<ExecutableDocument>(Options.MaxCachedDocuments, Options.MaxCachedBytes);
    }

    public Schema Schema { get; }
    public RequestOptions Options { get; }

    /// <returns>An <see cref="OperationResult"/>, or for a subscription that could be opened a <see cref="ResponseStream"/>.</returns>
    /// <exception cref="OperationCanceledException">The caller does not want the answer any more.</exception>
    public async ValueTask<IExecutionResult> ExecuteAsync(OperationRequest request, CancellationToken cancellationToken = default)
    {
        PreparedOperation operation;
        OperationPlan plan;
        IReadOnlyDictionary<string, object?> variables;
        try
        {
            operation = DocumentOf(request).Operation(request.OperationName);
            if (!request.Allows(operation.Definition.Operation)) throw NotAllowed(request, operation.Definition);
            var errors = new List<Error>();
            variables = VariableCoercion.Coerce(operation.Variables, request.Variables, errors, Options.Validation.NulAllowed);
            if (errors.Count > 0) return OperationResult.Refused(errors);
            if (operation.CheckCost(variables, Options.MaxCost) is { } tooDear) return OperationResult.Refused(tooDear);
            plan = operation.PlanFor(variables);
        }
        catch (GraphQLException e)
        {
            return OperationResult.Refused(e.Errors);
        }
        catch (InsufficientExecutionStackException)
        {
            return OperationResult.Refused(new Error("The request nests too deep.", [], Code: ErrorCodes.ValidationFailed));
        }
        catch (Exception e)
        {
            return OperationResult.Refused(new UnexpectedErrors(_logger).Error(e, request.OperationName, null));
        }

        return operation.Definition.Operation == OperationType.Subscription
            ? await SubscribeAsync(request, plan, variables, cancellationToken)
            : await RunAsync(request, plan, variables, request.RootValue ?? EmptyRoot, null, cancellationToken);
    }

    private ExecutableDocument DocumentOf(OperationRequest request)
    {
        var text = _persisted.Find(request, out var hash);
        if (!_documents.TryGet(text, out var document))
        {
            document = Prepare(text);
            _documents.Set(text, document, text.Length * 2L);
        }

        if (hash is not null) _persisted.Keep(hash, text);
        return document;
    }

    private ExecutableDocument Prepare(string text)
    {
        if (text.Length > Options.MaxDocumentLength)
            throw new GraphQLException(new Error($"The document has {text.Length} characters; {Options.MaxDocumentLength} are allowed.", [], Code: ErrorCodes.DocumentTooLong));
        DocumentNode document;
        try
        {
            document = Utf8GraphQLParser.Parse(text, Options.Parser);
        }
        catch (SyntaxException e)
        {
            throw new GraphQLException(e.Error with { Code = ErrorCodes.SyntaxError });
        }

        var errors = DocumentValidator.Validate(Schema, document, Options.Validation);
        return errors.Count == 0 ? new ExecutableDocument(Schema, document) : throw new GraphQLException([.. errors.Select(e => e with { Code = e.Code ?? ErrorCodes.ValidationFailed })]);
    }

    private static GraphQLException NotAllowed(OperationRequest request, OperationDefinitionNode operation) => new(new Error(
        $"A {operation.Operation.ToString().ToLowerInvariant()} cannot be sent this way; allowed: {request.Allowed.ToString().ToLowerInvariant()}.",
        [operation.Location], Code: ErrorCodes.OperationNotAllowed));

    private async ValueTask<IExecutionResult> SubscribeAsync(
        OperationRequest request, OperationPlan plan, IReadOnlyDictionary<string, object?> variables, CancellationToken cancellationToken)
    {
        var root = request.RootValue ?? EmptyRoot;
        var context = new OperationContext(Schema, plan, variables, request, Options, _logger, cancellationToken);
        try
        {
            var source = await Subscription.OpenAsync(context, root).WaitAsync(Options.ExecutionTimeout, cancellationToken);
            return new ResponseStream(Subscription.ReadAsync(context, source, (message, ct) => RunAsync(request, plan, variables, message ?? EmptyRoot, message, ct), cancellationToken));
        }
        catch (GraphQLException e)
        {
            return OperationResult.Refused(e.Errors);
        }
        catch (TimeoutException)
        {
            return OperationResult.Refused(TimedOut());
        }
    }

    private async ValueTask<OperationResult> RunAsync(
        OperationRequest request, OperationPlan plan, IReadOnlyDictionary<string, object?> variables, object root, object? message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Options.ExecutionTimeout);
        var context = new OperationContext(Schema, plan, variables, request, Options, _logger, limit.Token) { EventMessage = message };
        var json = new JsonBuffer(Options.MaxResponseBytes);
        var writer = new ResponseWriter(context, json);
        try
        {
            if (plan.Root.Error is not null) throw plan.Root.Error;
            if (!await WriteAsync(plan, root, new OperationExecution(context), writer, json)) WriteNull(json);
            json.ThrowIfTooLong();
            return new OperationResult(json, writer.Errors) { Operation = plan.Operation };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            json.Dispose();
            throw;
        }
        catch (Exception e)
        {
            WriteNull(json);
            return new OperationResult(json, [e switch
            {
                OperationCanceledException when limit.IsCancellationRequested => TimedOut(),
                LimitException beyond => beyond.Error,
                GraphQLException { Errors: [var first, ..] } => first,
                _ => context.Unexpected.Error(e, plan.Operation.Name?.Value, null),
            }])
            { Operation = plan.Operation };
        }
    }

    /// <returns>False if the data must be null.</returns>
    private static async ValueTask<bool> WriteAsync(OperationPlan plan, object root, OperationExecution execution, ResponseWriter writer, JsonBuffer json)
    {
        var node = new ObjectNode(plan.Root, root, null, null, -1);
        if (plan.Operation.Operation != OperationType.Mutation)
        {
            await execution.ResolveAsync(node);
            return writer.WriteObject(node);
        }

        // One after the other, each with all below it (specification, section 6.2.2).
        json.Write((byte)'{');
        foreach (var field in plan.Root.Fields)
        {
            if (json.Position > 1) json.Write((byte)',');
            await execution.ResolveAsync(node, field);
            if (!writer.WriteField(field, node)) return false;
        }

        json.Write((byte)'}');
        return true;
    }

    private static void WriteNull(JsonBuffer json)
    {
        json.Truncate(0);
        json.WriteNull();
    }

    private Error TimedOut() => new($"The request took longer than {Options.ExecutionTimeout.TotalSeconds:0.###} s and was ended.", [], Code: ErrorCodes.Timeout);
}
