using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// Writes to the log. One per process: batches that wait are merged into one transaction, so that the lock on the
/// log head and the flush to disk are shared. While one transaction commits, callers prepare the next batches on
/// their own threads. Several processes may append; they take turns at the lock.
/// </summary>
/// <remarks>Thread-safe. The data source should connect as est_app, see <see cref="StoreConnection"/>.</remarks>
public sealed class EventAppender : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly EventAppenderOptions _options;
    private readonly Channel<PreparedBatch> _queue;
    private readonly AppendGroup _group = new();
    private readonly Task _committing;
    private PreparedBatch? _heldBack;
    private AppendConnection? _connection;

    public EventAppender(NpgsqlDataSource source, EventAppenderOptions? options = null)
    {
        _source = source;
        _options = options ?? new EventAppenderOptions();
        _queue = Channel.CreateBounded<PreparedBatch>(
            new BoundedChannelOptions(_options.QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _committing = Task.Run(CommitWhatComesAsync);
    }

    /// <summary>Appends a batch; returns when it is durable.</summary>
    /// <param name="batch">Written together or not at all.</param>
    /// <param name="ct">Heeded until the batch is queued; from then on the outcome is awaited, whatever it takes.</param>
    /// <exception cref="InvalidEventException">An event breaks a rule.</exception>
    /// <exception cref="ArgumentException">The batch is empty or too large.</exception>
    /// <exception cref="EventStreamUnexpectedMaxEventIdException">A stream is not at the expected version.</exception>
    /// <exception cref="EventStoreUnavailableException">The database is away, or refused; nothing was written.</exception>
    /// <exception cref="AppendOutcomeUnknownException">The connection was lost during commit.</exception>
    /// <exception cref="ObjectDisposedException">The appender has been disposed.</exception>
    public async Task<AppendResult> AppendAsync(AppendBatch batch, CancellationToken ct = default)
    {
        using var prepared = PreparedBatch.From(batch, _options);
        try
        {
            await _queue.Writer.WriteAsync(prepared, ct);
        }
        catch (ChannelClosedException closed)
        {
            throw new ObjectDisposedException("The appender has been disposed; nothing was written.", closed);
        }
        return await prepared.Outcome.Task;
    }

    /// <summary>Commits what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _committing;
        if (_connection is not null) await _connection.DisposeAsync();
    }

    private async Task CommitWhatComesAsync()
    {
        while (_heldBack is not null || await _queue.Reader.WaitToReadAsync())
        {
            _group.Clear();
            while (_group.Count < _options.GroupEvents && _group.Bytes < _options.MaxBatchBytes && TryNext(out var batch))
            {
                if (_group.TryAdd(batch)) continue;
                _heldBack = batch;
                break;
            }
            await CommitGroupAsync();
        }
    }

    private bool TryNext([NotNullWhen(true)] out PreparedBatch? batch)
    {
        batch = _heldBack;
        _heldBack = null;
        return batch is not null || _queue.Reader.TryRead(out batch);
    }

    private async Task CommitGroupAsync()
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 0; _group.Batches.Count > 0; attempt++)
        {
            var committing = false;
            try
            {
                _connection ??= await AppendConnection.OpenAsync(_source, default);
                var firstSeq = await _connection.WriteAsync(_group, default);
                committing = true;
                await _connection.CommitAsync(default);
                Succeed(firstSeq);
                return;
            }
            catch (PostgresException refused) when (!IsLost(refused))
            {
                await AnswerRefusalAsync(refused, started);
            }
            catch (Exception lost)
            {
                await CloseAsync();
                if (committing)
                {
                    Fail(new AppendOutcomeUnknownException(lost));
                }
                else if (lost is not NpgsqlException || Stopwatch.GetElapsedTime(started) > _options.GiveUpAfter)
                {
                    Fail(new EventStoreUnavailableException("The event store cannot be reached", lost));
                }
                else
                {
                    await Task.Delay(Math.Min(1000, 20 << Math.Min(attempt, 6)));
                }
            }
        }
    }

    /// <summary>The server ended the session: class 08, 57P, or anything FATAL. Whether a commit got through is open.</summary>
    private static bool IsLost(PostgresException e) =>
        e.SqlState.StartsWith("08", StringComparison.Ordinal)
        || e.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || e.InvariantSeverity is "FATAL" or "PANIC";

    /// <summary>The server lives and has refused the transaction: find out for whose sake, and let the others go on.</summary>
    private async Task AnswerRefusalAsync(PostgresException refused, long started)
    {
        try
        {
            await _connection!.RollbackAsync(default);
            await _connection.LoadHeadAsync(default);
            if (refused.SqlState == AppendConnection.HeadMoved) return;
            if (refused.SqlState == AppendConnection.WrongVersion && await FailWrongVersionsAsync()) return;
            if (_group.Batches.Count > 1)
            {
                await CommitOneByOneAsync();
                return;
            }
        }
        catch (Exception)
        {
            // Whatever went wrong while answering, nothing is committed: begin anew, for as long as we may.
            await CloseAsync();
            if (Stopwatch.GetElapsedTime(started) <= _options.GiveUpAfter) return;
        }
        Fail(new EventStoreUnavailableException("The event store refused the transaction", refused));
    }

    /// <summary>Fails the batches whose streams are elsewhere, and those in the group that build on them.</summary>
    private async Task<bool> FailWrongVersionsAsync()
    {
        var streams = new string[_group.Streams.Length];
        for (var i = 0; i < streams.Length; i++) streams[i] = _group.Streams[i].StreamId;
        var actual = await _connection!.VersionsAsync(streams, default);
        var batches = _group.Batches.ToArray();
        _group.Clear();
        foreach (var batch in batches)
        {
            if (FirstWrong(batch, actual) is { } wrong)
            {
                batch.Outcome.SetException(
                    new EventStreamUnexpectedMaxEventIdException(wrong.StreamId, wrong.From, actual.GetValueOrDefault(wrong.StreamId)));
                continue;
            }
            foreach (ref readonly var move in batch.Streams.All) actual[move.StreamId] = move.To;
            _group.TryAdd(batch);
        }
        return _group.Batches.Count < batches.Length;
    }

    /// <summary>Something in the group is at fault and we cannot tell what: let each batch stand for itself.</summary>
    private async Task CommitOneByOneAsync()
    {
        foreach (var batch in _group.Batches.ToArray())
        {
            _group.Clear();
            _group.TryAdd(batch);
            await CommitGroupAsync();
        }
    }

    private static StreamMove? FirstWrong(PreparedBatch batch, Dictionary<string, long> actual)
    {
        foreach (ref readonly var move in batch.Streams.All)
            if (actual.GetValueOrDefault(move.StreamId) != move.From) return move;
        return null;
    }

    private void Succeed(long firstSeq)
    {
        foreach (var batch in _group.Batches)
        {
            var result = new AppendResult(firstSeq, batch.Count, batch.RecordedAt);
            firstSeq += batch.Count;
            batch.Outcome.SetResult(result);
        }
    }

    private void Fail(Exception reason)
    {
        foreach (var batch in _group.Batches) batch.Outcome.SetException(reason);
        _group.Clear();
    }

    private async Task CloseAsync()
    {
        if (_connection is null) return;
        await _connection.DisposeAsync();
        _connection = null;
    }
}
