namespace GreenDonut;

/// <summary>Loads values by key; loads that can be one are one, and each key is loaded once in a request.</summary>
public interface IDataLoader<TKey, TValue> where TKey : notnull
{
    /// <returns>Null (default) if there is none.</returns>
    Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default);

    /// <returns>In the order of the keys.</returns>
    Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Tells a value that is known from elsewhere; the first one stays.</summary>
    void SetCacheEntry(TKey key, TValue? value);

    /// <summary>The next load asks anew.</summary>
    void RemoveCacheEntry(TKey key);
}

/// <param name="MaxBatchSize">Keys in one call; more of them make more calls.</param>
public sealed record DataLoaderOptions(int MaxBatchSize = 1024)
{
    public static DataLoaderOptions Default { get; } = new();
}

/// <summary>The cache and the batches; how values are fetched is told by <see cref="BatchDataLoader{TKey,TValue}"/> and <see cref="GroupedDataLoader{TKey,TValue}"/>. Safe for many threads.</summary>
public abstract class DataLoaderBase<TKey, TValue>(IBatchScheduler scheduler, DataLoaderOptions? options) : IDataLoader<TKey, TValue> where TKey : notnull
{
    private readonly int _maxBatchSize = options?.MaxBatchSize ?? DataLoaderOptions.Default.MaxBatchSize;
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Task<TValue?>> _cache = [];
    private KeyBatch? _open;

    public Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default)
    {
        KeyBatch? opened = null;
        Task<TValue?>? value;
        lock (_gate)
        {
            if (!_cache.TryGetValue(key, out value))
            {
                if (_open is null || _open.IsFull) opened = _open = new KeyBatch(this);
                _cache.Add(key, value = _open.Add(key));
            }
        }

        if (opened is not null) scheduler.Schedule(opened);
        return cancellationToken.CanBeCanceled && !value.IsCompleted ? value.WaitAsync(cancellationToken) : value;
    }

    public async Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(keys.Select(key => LoadAsync(key, cancellationToken)));

    public void SetCacheEntry(TKey key, TValue? value)
    {
        lock (_gate) _cache.TryAdd(key, Task.FromResult(value));
    }

    public void RemoveCacheEntry(TKey key)
    {
        lock (_gate) _cache.Remove(key);
    }

    /// <returns>A value for each key that has one.</returns>
    private protected abstract Task<Func<TKey, TValue?>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    private sealed class KeyBatch(DataLoaderBase<TKey, TValue> loader) : Batch
    {
        private readonly List<TKey> _keys = [];
        private readonly List<TaskCompletionSource<TValue?>> _promises = [];
        private Func<TKey, TValue?>? _values;
        private Exception? _failure;

        public bool IsFull => _keys.Count >= loader._maxBatchSize;

        /// <summary>Under the loader's lock.</summary>
        public Task<TValue?> Add(TKey key)
        {
            var promise = new TaskCompletionSource<TValue?>(); // who waits goes on within Complete, see there
            _keys.Add(key);
            _promises.Add(promise);
            return promise.Task;
        }

        public override async Task FetchAsync(CancellationToken cancellationToken)
        {
            lock (loader._gate)
                if (ReferenceEquals(loader._open, this)) loader._open = null;
            try
            {
                _values = await loader.FetchAsync(_keys, cancellationToken);
            }
            catch (Exception e)
            {
                _failure = e;
            }
        }

        public override void Complete()
        {
            for (var i = 0; i < _keys.Count; i++)
            {
                TValue? value = default;
                try
                {
                    if (_failure is null) value = _values!(_keys[i]);
                }
                catch (Exception e)
                {
                    _failure = e; // of a dictionary that is null, say
                }

                if (_failure is null) _promises[i].TrySetResult(value);
                else Fail(_promises[i], _failure);
            }
        }

        private static void Fail(TaskCompletionSource<TValue?> promise, Exception why)
        {
            promise.TrySetException(why);
            _ = promise.Task.Exception; // seen, also where nobody waits for it
        }
    }
}

/// <summary>Loads one value for each key.</summary>
public abstract class BatchDataLoader<TKey, TValue>(IBatchScheduler batchScheduler, DataLoaderOptions? options = null)
    : DataLoaderBase<TKey, TValue>(batchScheduler, options) where TKey : notnull
{
    /// <returns>The values that there are; no entry for keys without one.</returns>
    protected abstract Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    private protected sealed override async Task<Func<TKey, TValue?>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        var values = await LoadBatchAsync(keys, cancellationToken);
        return key => values.TryGetValue(key, out var value) ? value : default;
    }
}

/// <summary>Loads all values that belong to each key: the "many" side of a relation.</summary>
public abstract class GroupedDataLoader<TKey, TValue>(IBatchScheduler batchScheduler, DataLoaderOptions? options = null)
    : DataLoaderBase<TKey, TValue[]>(batchScheduler, options) where TKey : notnull
{
    /// <returns>The groups that there are; a key without one gets an empty array.</returns>
    protected abstract Task<ILookup<TKey, TValue>> LoadGroupedBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    private protected sealed override async Task<Func<TKey, TValue[]?>> FetchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        var groups = await LoadGroupedBatchAsync(keys, cancellationToken);
        return key => [.. groups[key]];
    }
}
