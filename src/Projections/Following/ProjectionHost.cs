using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Backtests;
using EventSourcedTrading.Projections.Book;
using EventSourcedTrading.Projections.Decisions;
using EventSourcedTrading.Projections.Orders;
using EventSourcedTrading.Projections.Rebuilding;
using EventSourcedTrading.Projections.Reconciling;
using EventSourcedTrading.Projections.Storage;
using EventSourcedTrading.Projections.Strategies;
using EventSourcedTrading.Projections.Violations;
using Npgsql;

namespace EventSourcedTrading.Projections.Following;

/// <summary>Settings of a host.</summary>
public sealed record ProjectionHostOptions
{
    /// <summary>Sequence numbers of the log in one batch and so in one transaction, from 1.</summary>
    public int BatchSize { get; init; } = 2_000;

    /// <summary>The same for a rebuild, which works alone and need not be quick to answer.</summary>
    public int RebuildBatchSize { get; init; } = 10_000;

    /// <summary>How often a projection that stands still looks whether it was mended.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    public Upcasters Upcasters { get; init; } = Upcasters.None;
}

/// <summary>Where a projection stands.</summary>
/// <param name="Position">The last event of the log that it has taken; 0 for none.</param>
/// <param name="Lag">Events that it has yet to take.</param>
/// <param name="Error">Why it stands still; null while it follows.</param>
/// <param name="PausedAt">Since when a person has it stand still; null if nobody has.</param>
public sealed record ProjectionStatus(
    string Name, long Position, long Head, long Lag, ProjectionState State, string? Error, long? FailedSeq,
    DateTimeOffset? MovedAt, DateTimeOffset? RebuiltAt, DateTimeOffset? PausedAt = null, string? PauseReason = null);

/// <summary>Current: nothing to take. Behind: there is; it may be catching up, or no host runs. Stopped: an event stops it. Paused: a person does.</summary>
public enum ProjectionState { Current, Behind, Stopped, Paused }

/// <summary>What a projection is.</summary>
/// <param name="EventTypes">What it follows; null for every event.</param>
/// <param name="Tables">Its tables in schema read.</param>
public sealed record ProjectionDescription(string Name, IReadOnlyList<string>? EventTypes, IReadOnlyList<string> Tables);

/// <summary>
/// Keeps the read models up to date. Any number of processes may run one: for each projection one of them writes, the others
/// stand by. Rows and checkpoint move in one transaction, so each event takes effect exactly once.
/// </summary>
/// <param name="source">Connects as est_app; each projection holds one connection, a rebuild two more.</param>
public sealed class ProjectionHost(NpgsqlDataSource source, ProjectionHostOptions? options = null)
{
    private static readonly IReadOnlyList<Func<Projection>> All =
    [
        () => new BookProjection(), () => new OrderBlotter(), () => new DecisionFeed(), () => new ViolationLog(), () => new StrategyList(),
        () => new BacktestList(), () => new Reconciliation(), () => new AuditIndex(),
    ];

    private readonly ProjectionHostOptions _options = options ?? new ProjectionHostOptions();

    /// <summary>The projections.</summary>
    public static IReadOnlyList<ProjectionDescription> Catalog { get; } =
        [.. All.Select(make => make()).Select(p => new ProjectionDescription(p.Name, p.EventTypes, [.. p.Tables.Select(t => $"read.{t.Table}")]))];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Catalog.Select(p => p.Name)];

    /// <summary>Called when a projection stops at an event; the others go on.</summary>
    public Action<string, Exception>? OnStopped { get; set; }

    /// <summary>Called when a connection was lost; the projection connects again.</summary>
    public Action<string, Exception>? OnInterrupted { get; set; }

    /// <summary>Follows the log with every projection until cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the batches at hand are rolled back.</exception>
    public Task RunAsync(CancellationToken ct) => Task.WhenAll(All.Select(make => Task.Run(() => FollowAsync(make(), ct), ct)));

    /// <summary>
    /// Folds the whole log anew beside the live read model, which serves and follows meanwhile, and then puts the new one in its place.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="ct">Ends the rebuild; the live read model stays as it is.</param>
    /// <returns>The place in the log that the new one stood at when it went live.</returns>
    /// <exception cref="ArgumentException">There is no such projection.</exception>
    /// <exception cref="RebuildRunningException">Another rebuild of it is under way.</exception>
    /// <exception cref="PoisonEventException">An event cannot be applied; the live read model stays as it is.</exception>
    public Task<long> RebuildAsync(string name, IProgress<RebuildProgress>? progress = null, CancellationToken ct = default) =>
        new Rebuild(source, New(name), _options).RunAsync(progress, ct);

    /// <summary>
    /// Has a projection stand still, whichever process runs it, until it is resumed. When this returns, what it was at is committed or
    /// rolled back, and nothing more of it moves. A pause outlives restarts; a rebuild is possible meanwhile and leaves it as it is.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="reason">1 to 200 characters, for whoever finds it so.</param>
    /// <returns>False if it was paused already: the first reason stays.</returns>
    /// <exception cref="ArgumentException">There is no such projection, or no reason.</exception>
    public Task<bool> PauseAsync(string name, string reason, CancellationToken ct = default) => reason.Trim().Length is < 1 or > 200
        ? throw new ArgumentException($"The reason has {reason.Trim().Length} characters; it must have 1 to 200.", nameof(reason))
        : LiveSide.PauseAsync(source, New(name).Name, reason.Trim(), ct);

    /// <summary>Lets it follow again from where it stands; a host takes note within <see cref="ProjectionHostOptions.LookEvery"/>.</summary>
    /// <returns>False if it was not paused.</returns>
    /// <exception cref="ArgumentException">There is no such projection.</exception>
    public Task<bool> ResumeAsync(string name, CancellationToken ct = default) => LiveSide.ResumeAsync(source, New(name).Name, ct);

    /// <summary>
    /// Takes all rows of a read model away, on both sides, and sets it back to the start of the log, in one transaction. A host folds the
    /// log into it again from its next batch on.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such projection.</exception>
    public Task ClearAsync(string name, CancellationToken ct = default)
    {
        var projection = New(name);
        return LiveSide.ClearAsync(source, projection.Name, [.. projection.Tables.Select(t => $"read.{t.Table}")], ct);
    }

    public async Task<IReadOnlyList<ProjectionStatus>> StatusAsync(CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            "select name, position, head, error, failed_seq, moved_at, rebuilt_at, paused_at, pause_reason from read.status order by array_position($1, name), name");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. Names] });
        await using var row = await command.ExecuteReaderAsync(ct);
        var all = new List<ProjectionStatus>();
        while (await row.ReadAsync(ct))
        {
            var (position, head) = (row.GetInt64(1), row.GetInt64(2));
            var error = row.IsDBNull(3) ? null : row.GetString(3);
            all.Add(new ProjectionStatus(
                row.GetString(0), position, head, head - position,
                !row.IsDBNull(7) ? ProjectionState.Paused : error is not null ? ProjectionState.Stopped : position < head ? ProjectionState.Behind : ProjectionState.Current,
                error, row.IsDBNull(4) ? null : row.GetInt64(4), Time(5), Time(6), Time(7), row.IsDBNull(8) ? null : row.GetString(8)));
        }

        return all;

        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    internal static Projection New(string name) =>
        All.Select(make => make()).FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"There is no projection '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));

    private async Task FollowAsync(Projection projection, CancellationToken ct)
    {
        try
        {
            await FollowForEverAsync(projection, ct);
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is not OperationCanceledException)
        {
            // The connection broke while we were leaving: the batch at hand is rolled back either way.
            throw new OperationCanceledException($"Following with {projection.Name} was cancelled.", e, ct);
        }
    }

    private async Task FollowForEverAsync(Projection projection, CancellationToken ct)
    {
        var folding = new Folding(projection);
        while (true)
        {
            await UntilResumedAsync(projection.Name, ct);
            var follower = new LogFollower(source, LiveSide.Checkpoint(projection.Name), new LogFollowerOptions
            {
                Types = projection.EventTypes, PageSize = _options.BatchSize, Upcasters = _options.Upcasters,
            })
            {
                OnInterrupted = e => OnInterrupted?.Invoke(projection.Name, e),
            };
            try
            {
                await follower.RunAsync((batch, transaction, token) => TakeAsync(projection, folding, batch, transaction, token), ct);
            }
            catch (FollowerStoppedException e) when (e.InnerException is CheckpointMovedException or ProjectionPausedException or PostgresException { IsTransient: true })
            {
                // A rebuild went live, a person paused it, or the server asked us to try again: start from where the checkpoint is then.
                folding.Forget();
            }
            catch (InvalidOperationException) when (!ct.IsCancellationRequested)
            {
                // The follower itself found its checkpoint moved.
                folding.Forget();
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                folding.Forget();
                var cause = e is FollowerStoppedException { InnerException: { } inner } ? inner : e;
                OnStopped?.Invoke(projection.Name, cause);
                await StandStillAsync(projection.Name, cause, ct);
            }
        }
    }

    private static async ValueTask TakeAsync(
        Projection projection, Folding folding, FollowedBatch batch, NpgsqlTransaction transaction, CancellationToken ct)
    {
        var connection = transaction.Connection!;
        var (live, turn, position, error, paused) = await LiveSide.LockAsync(connection, projection.Name, ct);
        if (paused) throw new ProjectionPausedException();
        // It may be behind, since it is not written for events that we do not want. Ahead it is only after a rebuild went live.
        if (position > batch.After) throw new CheckpointMovedException();
        await folding.FoldAsync(folding.Read(batch.Events), connection, live, turn, ct);
        if (error) await LiveSide.MendedAsync(connection, projection.Name, ct);
    }

    private Task UntilResumedAsync(string name, CancellationToken ct) =>
        LookUntilAsync(name, async connection => !await LiveSide.IsPausedAsync(connection, name, ct), ct);

    /// <summary>Leaves word of the error and waits until someone has mended it: a rebuild, or a restart of the host.</summary>
    private async Task StandStillAsync(string name, Exception cause, CancellationToken ct)
    {
        var stopped = false;
        await LookUntilAsync(name, async connection =>
        {
            if (stopped) return !await LiveSide.IsStoppedAsync(connection, name, ct);
            await LiveSide.StopAsync(connection, name, cause, ct);
            stopped = true;
            return false;
        }, ct);
    }

    /// <summary>Looks now and then, over broken connections too, until the look says that it is so.</summary>
    private async Task LookUntilAsync(string name, Func<NpgsqlConnection, Task<bool>> isSo, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                if (await isSo(connection)) return;
            }
            catch (NpgsqlException e) when (!ct.IsCancellationRequested)
            {
                OnInterrupted?.Invoke(name, e);
            }

            await Task.Delay(_options.LookEvery, ct);
        }
    }
}

/// <summary>A person has paused the projection: the batch at hand is rolled back.</summary>
internal sealed class ProjectionPausedException() : Exception("The projection is paused.");

/// <summary>The checkpoint is not where this follower left it: a rebuild has gone live meanwhile.</summary>
internal sealed class CheckpointMovedException() : Exception("The checkpoint has moved.");
