using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>How a follower reads.</summary>
public sealed record LogFollowerOptions
{
    /// <summary>Only these types; null for all. The checkpoint moves over what is left out, in larger steps.</summary>
    public IReadOnlyCollection<string>? Types { get; init; }

    /// <summary>Sequence numbers in one batch, from 1.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Where to begin if there is no checkpoint yet: the last seq_id that is not wanted. 0 is the beginning.</summary>
    public long StartAfter { get; init; }

    /// <summary>How often to look although no notification came.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a follower that waits for its turn asks for it.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts to reach a database that is away.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(2);

    public Upcasters Upcasters { get; init; } = Upcasters.None;
}

/// <summary>
/// Follows the log from a checkpoint: everything, in order, never skipping. Of all followers with one name in all
/// processes one is active; the others stand by.
/// </summary>
/// <remarks>
/// The checkpoint is the row of events.mt_event_progression with the follower's name. One connection holds the
/// advisory lock on the name, listens, reads and commits: if it is lost, the right to write is lost with it.
/// </remarks>
/// <param name="source">Connects as est_app.</param>
/// <param name="name">1 to 200 characters; one for each purpose, for ever.</param>
/// <param name="options">How to read.</param>
public sealed class LogFollower(NpgsqlDataSource source, string name, LogFollowerOptions? options = null)
{
    /// <summary>
    /// A checkpoint that only moves over unwanted events is written once it is so far behind, or when the log is
    /// quiet: otherwise every append would cost every follower a commit.
    /// </summary>
    private const long IdleLag = 10_000;

    private readonly LogFollowerOptions _options = options ?? new LogFollowerOptions();
    private long _position = -1;

    public string Name { get; } = name is { Length: > 0 and <= 200 }
        ? name
        : throw new ArgumentException($"A follower's name has 1 to 200 characters, not {name?.Length ?? 0}.", nameof(name));

    /// <summary>How far this instance has come: all wanted events up to here are handled. -1 before it has become active.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Called with each interruption that the follower survives by connecting again.</summary>
    public Action<Exception>? OnInterrupted { get; set; }

    /// <summary>
    /// Follows until cancelled. What the handler writes through the transaction and the checkpoint are committed
    /// together: each event takes effect exactly once there.
    /// </summary>
    /// <param name="handle">Must write through the transaction it is given, and must not commit it.</param>
    /// <param name="ct">Ends the following; the batch at hand is rolled back.</param>
    /// <exception cref="FollowerStoppedException">The handler threw; nothing of that batch is kept.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task RunAsync(Func<FollowedBatch, NpgsqlTransaction, CancellationToken, ValueTask> handle, CancellationToken ct) =>
        FollowAsync(
            async (session, batch) =>
            {
                await using var transaction = await session.Connection.BeginTransactionAsync(ct);
                await HandleAsync(batch, session, () => handle(batch, transaction, ct), ct);
                await session.CheckpointAsync(batch.UpTo, ct);
                await transaction.CommitAsync(ct);
            },
            ct);

    /// <summary>
    /// Follows until cancelled, for handlers that act elsewhere (publish, call): the checkpoint is written after the
    /// handler has returned, so each event is handled at least once.
    /// </summary>
    /// <inheritdoc cref="RunAsync(Func{FollowedBatch, NpgsqlTransaction, CancellationToken, ValueTask}, CancellationToken)"/>
    public Task RunAsync(Func<FollowedBatch, CancellationToken, ValueTask> handle, CancellationToken ct) =>
        FollowAsync(
            async (session, batch) =>
            {
                await HandleAsync(batch, session, () => handle(batch, ct), ct);
                await session.CheckpointAsync(batch.UpTo, ct);
            },
            ct);

    private async Task FollowAsync(Func<FollowerSession, FollowedBatch, ValueTask> take, CancellationToken ct)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                await using var session = await FollowerSession.OpenAsync(source, Name, _options, ct);
                var position = session.Checkpoint;
                Interlocked.Exchange(ref _position, position);
                while (true)
                {
                    var batch = await session.NextAsync(position, ct);
                    failures = 0;
                    if (batch is null) continue;
                    if (batch.Count > 0) await take(session, batch);
                    else if (batch.UpTo - session.Checkpoint >= IdleLag) await session.CheckpointAsync(batch.UpTo, ct);
                    position = batch.UpTo;
                    Interlocked.Exchange(ref _position, position);
                }
            }
            catch (Exception lost) when (ConnectionLoss.Is(lost) && !ct.IsCancellationRequested)
            {
                OnInterrupted?.Invoke(lost);
                var pause = Math.Min(50 << Math.Min(failures++, 10), _options.MaxBackoff.TotalMilliseconds);
                await Task.Delay(TimeSpan.FromMilliseconds(pause), ct);
            }
        }
    }

    private async ValueTask HandleAsync(
        FollowedBatch batch, FollowerSession session, Func<ValueTask> handle, CancellationToken ct)
    {
        try
        {
            await handle();
        }
        catch (Exception failure) when (
            !(failure is OperationCanceledException && ct.IsCancellationRequested)
            && !(ConnectionLoss.Is(failure) && (session.IsLost || failure is PostgresException)))
        {
            throw new FollowerStoppedException(Name, batch, failure);
        }
    }
}

/// <summary>A follower's handler threw. The follower stopped before that batch; it never skips an event.</summary>
public sealed class FollowerStoppedException(string follower, FollowedBatch batch, Exception failure)
    : Exception($"Follower '{follower}' stopped at {Place(batch)}: {failure.GetType().Name}: {failure.Message} Its checkpoint stays at {batch.After}. Mend the cause and start it again.", failure)
{
    public string Follower { get; } = follower;

    /// <summary>The checkpoint that stands.</summary>
    public long Checkpoint { get; } = batch.After;

    /// <summary>The event that was being handled; null if the handler did not go through the batch with foreach.</summary>
    public RecordedEvent? Event { get; } = batch.Current;

    private static string Place(FollowedBatch batch) => batch.Current is { } e
        ? $"event {e.SeqId} ({e.StreamId} version {e.Version}, {e.Type})"
        : $"events {batch.After + 1} to {batch.UpTo}";
}
