using HotChocolate.Language;
using HotChocolate.Resolvers;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>A field of one object while its resolver runs.</summary>
internal sealed class ResolverTask(OperationContext context, ObjectNode parent, FieldPlan plan, Dictionary<string, object?> arguments) : IResolverContext
{
    private ValueTask<object?> _running;
    private List<Error>? _reported;

    public ObjectNode ParentNode => parent;
    public FieldPlan Plan => plan;
    public Schema Schema => context.Schema;
    public ObjectType ObjectType => plan.ParentType;
    public OutputField Field => plan.Field;
    public IReadOnlyList<FieldNode> FieldNodes => plan.Nodes;
    public Path Path => field ??= Path.Of(parent.Path, plan.ResponseName);
    public IServiceProvider Services => context.Services;
    public IReadOnlyDictionary<string, object?> ContextData => context.ContextData;
    public CancellationToken RequestAborted => context.Aborted;

    public T Parent<T>() => (T)parent.Source;
    public bool HasArgument(string name) => arguments.ContainsKey(name);
    public T DataLoader<T>() where T : class => context.DataLoader<T>();

    public T EventMessage<T>() => context.EventMessage is T message ? message
        : throw new InvalidOperationException($"{plan.ParentType.Name}.{plan.Field.Name} asks for a message of {typeof(T).Name}, which there is only in a subscription that has such.");

    public T ArgumentValue<T>(string name) => arguments.GetValueOrDefault(name) switch
    {
        T value => value,
        null => default!,
        var other => throw new InvalidOperationException($"{plan.ParentType.Name}.{plan.Field.Name} asks for {name} as {typeof(T).Name}; it is {other.GetType().Name}."),
    };

    public void ReportError(Error error)
    {
        lock (parent) (_reported ??= []).Add(OperationContext.Located(error, Path, plan.Nodes));
    }

    /// <returns>Whether it is done already.</returns>
    public bool Start()
    {
        try
        {
            _running = plan.Field.Resolver is { } resolve ? resolve(this) : new(plan.PureValue(parent.Source));
        }
        catch (Exception e)
        {
            _running = ValueTask.FromException<object?>(e);
        }

        return _running.IsCompleted;
    }

    /// <summary>Has the resolver wait for something else than before: the items of a stream.</summary>
    /// <returns>Whether it is done already.</returns>
    public bool Continue(ValueTask<object?> running) => (_running = running).IsCompleted;

    public void OnCompleted(Action done) => _running.GetAwaiter().UnsafeOnCompleted(done);

    /// <summary>Its value or a <see cref="Failure"/>; once only.</summary>
    public object? Result()
    {
        try
        {
            return _running.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            return context.Failed(e, Path, plan.Nodes);
        }
    }

    public object? WithReported(object? value) => _reported is null ? value : new WithErrors(value, _reported);
}
