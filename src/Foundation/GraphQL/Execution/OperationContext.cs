using HotChocolate.Language;
using HotChocolate.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HotChocolate.Execution;

/// <summary>What goes through the execution of one operation, or of one message of a subscription.</summary>
internal sealed class OperationContext(
    Schema schema, OperationPlan plan, IReadOnlyDictionary<string, object?> variables, OperationRequest request, RequestOptions options, ILogger logger, CancellationToken aborted)
{
    private readonly Dictionary<Type, object> _loaders = [];
    private object?[] _arguments = [];
    private int _nodes;

    public Schema Schema => schema;
    public OperationPlan Plan => plan;
    public IServiceProvider Services => request.Services;
    public IReadOnlyDictionary<string, object?> ContextData => request.ContextData;
    public CancellationToken Aborted => aborted;
    public object? EventMessage { get; init; }
    public UnexpectedErrors Unexpected { get; } = new(logger);

    /// <summary>Of a list that comes item by item.</summary>
    public int MaxStreamItems => options.MaxResponseNodes;

    /// <summary>Where data loaders of this execution tell of their keys.</summary>
    public GreenDonut.IBatchScheduler Scheduler { get; set; } = GreenDonut.AutoBatchScheduler.Default;

    /// <returns>The arguments by name, or an exception; made once for a field of the operation.</returns>
    public object ArgumentsOf(FieldPlan field)
    {
        if (field.Id >= _arguments.Length) Array.Resize(ref _arguments, Math.Max(plan.FieldCount, field.Id + 1));
        return _arguments[field.Id] ??= Coerce(field);
    }

    private object Coerce(FieldPlan field)
    {
        try
        {
            return field.CoerceArguments(variables);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    public T DataLoader<T>() where T : class
    {
        lock (_loaders)
        {
            if (_loaders.TryGetValue(typeof(T), out var known)) return (T)known;
            var made = LoaderFactory<T>.Create(request.Services, [Scheduler]);
            _loaders.Add(typeof(T), made);
            return made;
        }
    }

    /// <summary>Counts what is held of the response until it is written.</summary>
    /// <exception cref="LimitException" />
    public void CountNodes(int count)
    {
        aborted.ThrowIfCancellationRequested();
        if ((_nodes += count) > options.MaxResponseNodes) throw new LimitException($"The response has more than {options.MaxResponseNodes} objects and lists; ask for fewer.", ErrorCodes.ResponseTooLarge);
    }

    /// <summary>What a client may know of an exception: those that are meant for it, and of others only the number under which the log has them.</summary>
    public Failure Failed(Exception e, Path path, IReadOnlyList<FieldNode> nodes) => e switch
    {
        GraphQLException { Errors.Count: > 0 } told => new Failure([.. told.Errors.Select(error => Located(error, path, nodes))]),
        SerializationException => new Failure([Located(new Error(e.Message), path, nodes)]),
        _ => new Failure([Located(options.ErrorOf?.Invoke(e) ?? Unexpected.Error(e, plan.Operation.Name?.Value, path), path, nodes)]),
    };

    public static Error Located(Error error, Path path, IReadOnlyList<FieldNode> nodes) =>
        error with { Path = error.Path ?? path, Locations = error.Locations.Count > 0 ? error.Locations : [.. nodes.Select(n => n.Location)] };

    private static class LoaderFactory<T> where T : class
    {
        public static ObjectFactory<T> Create { get; } = ActivatorUtilities.CreateFactory<T>([typeof(GreenDonut.IBatchScheduler)]);
    }
}

/// <summary>Exceptions that nobody meant for the client, which gets a number to ask the operator about.</summary>
internal sealed class UnexpectedErrors(ILogger logger)
{
    /// <summary>Of exceptions logged for one request: a list of a million items may fail a million times.</summary>
    private const int MaxLogged = 10;

    private string? _id;
    private int _logged;

    /// <param name="operation">Null where it has no name.</param>
    public Error Error(Exception e, string? operation, Path? path)
    {
        _id ??= Guid.NewGuid().ToString("n");
        if (Interlocked.Increment(ref _logged) <= MaxLogged) logger.LogError(e, "{Operation} failed at {Path}; the client was told of error {ErrorId}", operation, path, _id);
        return new Error("Unexpected Execution Error", [], Extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["errorId"] = _id });
    }
}

/// <summary>A request that went beyond a limit while it ran.</summary>
internal sealed class LimitException(string message, string code) : Exception(message)
{
    public Error Error => new(Message, [], Code: code);
}
