using System.Collections;
using GreenDonut;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>
/// Runs resolvers breadth first: every field of one level is asked before those below it, so that the loads of siblings meet in one batch. A batch goes out
/// when all resolvers that can run have run. All of it is one logical thread; what others finish comes in through <see cref="Arrive"/>.
/// </summary>
internal sealed class OperationExecution : IBatchScheduler
{
    private readonly OperationContext _context;
    private readonly Queue<ObjectNode> _open = new();
    private readonly Lock _gate = new();
    private List<object> _arrived = [];
    private List<Batch> _scheduled = [];
    private TaskCompletionSource? _waiting;
    private int _pending;

    public OperationExecution(OperationContext context)
    {
        _context = context;
        context.Scheduler = this;
    }

    /// <summary>Resolves all that is selected of an object.</summary>
    public ValueTask ResolveAsync(ObjectNode node)
    {
        _open.Enqueue(node);
        return SettleAsync();
    }

    /// <summary>Resolves one field, and all that is selected of it.</summary>
    public ValueTask ResolveAsync(ObjectNode node, FieldPlan field)
    {
        if (field.HasSlot) Start(node, field);
        return SettleAsync();
    }

    public void Schedule(Batch batch)
    {
        lock (_gate)
        {
            _scheduled.Add(batch);
            Wake();
        }
    }

    private ValueTask SettleAsync() => Advance() ? default : WaitAsync();

    private async ValueTask WaitAsync()
    {
        do
        {
            Task arrival;
            lock (_gate)
            {
                if (_arrived.Count > 0 || _scheduled.Count > 0) continue;
                _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _waiting.Task;
            }

            await arrival.WaitAsync(_context.Aborted);
        }
        while (!Advance());
    }

    /// <summary>Runs all that can run.</summary>
    /// <returns>Whether nothing is waited for any more.</returns>
    private bool Advance()
    {
        while (true)
        {
            while (_open.TryDequeue(out var node))
                foreach (var field in node.Plan.Fields)
                    if (field.HasSlot) Start(node, field);
            if (_pending == 0) return true;
            var (arrived, scheduled) = Take();
            if (arrived.Count == 0 && scheduled.Count == 0) return false;
            _context.Aborted.ThrowIfCancellationRequested(); // what arrives now may well have failed for that
            foreach (var done in arrived)
            {
                if (done is Batch batch) batch.Complete();
                else Finish((ResolverTask)done);
            }

            foreach (var batch in scheduled) Dispatch(batch);
        }
    }

    /// <summary>What has arrived; if nothing has, the batches, since then no resolver can add to them.</summary>
    private (List<object> Arrived, List<Batch> Scheduled) Take()
    {
        lock (_gate)
        {
            if (_arrived.Count == 0)
            {
                var scheduled = _scheduled;
                if (scheduled.Count > 0) _scheduled = [];
                return (_arrived, scheduled);
            }

            var arrived = _arrived;
            _arrived = [];
            return (arrived, []);
        }
    }

    private void Dispatch(Batch batch)
    {
        var fetching = batch.FetchAsync(_context.Aborted);
        if (fetching.IsCompleted) Arrive(batch);
        else fetching.GetAwaiter().UnsafeOnCompleted(() => Arrive(batch));
    }

    private void Arrive(object done)
    {
        lock (_gate)
        {
            _arrived.Add(done);
            Wake();
        }
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }

    private void Start(ObjectNode node, FieldPlan field)
    {
        if (field.IsPure)
        {
            object? value;
            try
            {
                value = field.PureValue(node.Source);
            }
            catch (Exception e)
            {
                value = _context.Failed(e, Path.Of(node.Path, field.ResponseName), field.Nodes);
            }

            node.Slots[field.Slot] = Complete(value, field.Field.Type, field, node, field.ResponseName, -1);
        }
        else if (_context.ArgumentsOf(field) is Dictionary<string, object?> arguments)
        {
            var task = new ResolverTask(_context, node, field, arguments);
            if (task.Start()) Finish(task, waited: false);
            else Await(task);
        }
        else
        {
            node.Slots[field.Slot] = _context.Failed((Exception)_context.ArgumentsOf(field), Path.Of(node.Path, field.ResponseName), field.Nodes);
        }
    }

    private void Await(ResolverTask task)
    {
        _pending++;
        task.OnCompleted(() => Arrive(task));
    }

    private void Finish(ResolverTask task, bool waited = true)
    {
        if (waited) _pending--;
        var (field, node) = (task.Plan, task.ParentNode);
        var value = task.Result();
        if (value is IAsyncEnumerable<object?> stream && field.Field.Type.Nullable() is ListType)
        {
            if (!task.Continue(ReadAsync(stream)))
            {
                Await(task);
                return;
            }

            value = task.Result();
        }

        node.Slots[field.Slot] = task.WithReported(Complete(value, field.Field.Type, field, node, field.ResponseName, -1));
    }

    private async ValueTask<object?> ReadAsync(IAsyncEnumerable<object?> stream)
    {
        var items = new List<object?>();
        await foreach (var item in stream.WithCancellation(_context.Aborted))
        {
            items.Add(item);
            if (items.Count > _context.MaxStreamItems)
                throw new GraphQLException(new Error($"The list has more than {_context.MaxStreamItems} items.", [], Code: ErrorCodes.ListTooLong));
        }

        return items;
    }

    /// <summary>What a slot holds of a value: see <see cref="ResponseNode"/>. Whether null may stand there is judged when it is written.</summary>
    private object? Complete(object? value, IType type, FieldPlan field, ResponseNode parent, string? name, int index)
    {
        if (value is null or Failure || field.NamedType is ILeafType) return value;
        type = type.Nullable();
        if (type is ListType list) return CompleteList(value, list.ElementType, field, parent, name, index);
        var (objectType, why) = RuntimeType.Of(value, (INamedType)type, field, _context.Schema);
        if (objectType is null) return _context.Failed(new GraphQLException(why!), PathOf(parent, name, index), field.Nodes);
        var plan = field.For(objectType);
        if (plan.Error is not null) return _context.Failed(plan.Error, PathOf(parent, name, index), field.Nodes);
        if (plan.Slots == 0 && type is ObjectType) return value;
        _context.CountNodes(1);
        var node = new ObjectNode(plan, value, parent, name, index);
        if (plan.Slots > 0) _open.Enqueue(node);
        return node;
    }

    private object? CompleteList(object value, IType elementType, FieldPlan field, ResponseNode parent, string? name, int index)
    {
        // Read while it is written; what is no list is told of there too.
        if (value is string or IReadOnlyDictionary<string, object?> or not IEnumerable || (elementType.Nullable() is ObjectType alone && field.For(alone) is { Slots: 0, Error: null })) return value;
        ICollection items;
        try
        {
            items = value as ICollection ?? ((IEnumerable)value).Cast<object?>().Take(_context.MaxStreamItems + 1).ToArray();
        }
        catch (Exception e)
        {
            return _context.Failed(e, PathOf(parent, name, index), field.Nodes);
        }

        _context.CountNodes(items.Count + 1);
        var (node, i) = (new ListNode(items.Count, parent, name, index), 0);
        foreach (var item in items)
        {
            if (i >= node.Items.Length) break;
            node.Items[i] = Complete(item, elementType, field, node, null, i);
            i++;
        }

        return node;
    }

    private static Path PathOf(ResponseNode parent, string? name, int index) => name is null ? Path.Of(parent.Path, index) : Path.Of(parent.Path, name);
}
