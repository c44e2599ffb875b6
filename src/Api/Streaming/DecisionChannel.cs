using System.Collections.Frozen;
using System.Data;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using Npgsql;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// The decision feed: decisions, orders, fills, violations and kill switches as the log has them, every one of them, in its order.
/// </summary>
/// <param name="reader">Connects as est_reader.</param>
internal sealed class DecisionChannel(LogFeed feed, NpgsqlDataSource reader, StreamLimits limits, TimeProvider time)
{
    public static readonly IReadOnlySet<string> Types = EventJson.Aliases.Where(a => a.StartsWith("order_", StringComparison.Ordinal)).Concat(
    [
        Alias<DecisionMade>(), Alias<DecisionOverridden>(), Alias<RiskViolationDetected>(), Alias<DailyLossLimitReached>(), Alias<DrawdownLimitReached>(),
        Alias<KillSwitchEngaged>(), Alias<KillSwitchReleased>(), Alias<ThrottleTripped>(), Alias<ThrottleReleased>(),
        Alias<BucketsReformed>(),
    ]).ToFrozenSet();

    private const string Newest = """
        select decision_id, portfolio, instrument, as_of, action, quantity, order_type, limit_price, stop_price, time_in_force, method, votes, abstained, absent,
               allocation, conflict, arithmetic, reason, order_id, outcome, outcome_reason, failed_rules, overridden_action, overridden_quantity, overridden_by,
               override_reason, recorded_at, seq
          from read.decisions where $1::text is null or portfolio = $1 order by seq desc limit 50
        """;

    // A thousand clients that come at once must not take every connection there is.
    private readonly SemaphoreSlim turns = new(4);

    /// <summary>Tells a subscription all, from its snapshot on or from where it resumes, until cancelled.</summary>
    /// <exception cref="StreamFault">TOO_SLOW, or a position that cannot be resumed from.</exception>
    public async Task RunAsync(Subscription subscription, string? portfolio, long? resumeAfter, Outbox outbox, CancellationToken ct)
    {
        var after = resumeAfter ?? 0;
        ReadOnlyMemory<byte> decisions = default;
        if (resumeAfter is null) (after, decisions) = await SnapshotAsync(portfolio, ct);
        await CheckAsync(after, resumeAfter, ct);
        await outbox.AddAsync(new ServerFrame(subscription, ServerFrame.Snapshot, after, resumeAfter is null ? "decisions" : null, decisions), ct);

        var said = time.GetTimestamp();
        long? behindSince = null;
        var wasLive = false;
        await foreach (var page in feed.PagesAsync(after, new FeedFilter(Types, portfolio), ct))
        {
            foreach (var chunk in page.Chunks) await outbox.AddAsync(new ServerFrame(subscription, ServerFrame.Delta, chunk.UpTo, "events", chunk.Json), ct);
            var now = time.GetTimestamp();
            if (page.Events.Count > 0)
            {
                said = now;
            }
            else if (time.GetElapsedTime(said, now) >= limits.HeartbeatEvery)
            {
                await outbox.AddAsync(new ServerFrame(subscription, ServerFrame.Heartbeat, page.UpTo, null, default), ct);
                said = now;
            }

            // Who comes in behind may take his time; who was up to date and cannot stay so holds memory and reads the log for himself alone.
            wasLive |= page.IsLive;
            behindSince = page.IsLive ? null : behindSince ?? now;
            if (wasLive && behindSince is { } since && time.GetElapsedTime(since, now) > limits.BehindFor)
                throw Outbox.TooSlow($"'{subscription.Id}' has been behind for {limits.BehindFor.TotalSeconds} s");
        }
    }

    private async Task CheckAsync(long after, long? resumeAfter, CancellationToken ct)
    {
        var head = await feed.HeadAsync(ct);
        if (after > head) throw new StreamFault("BAD_POSITION", "resumeAfter", $"{resumeAfter}", $"the log has {head} events; resume from a position that this platform gave you, or leave resumeAfter out");
        if (head - after <= limits.Replay) return;
        throw resumeAfter is null
            ? new StreamFault("READ_MODEL_BEHIND", null, null, $"the read model of decisions is {head - after} events behind; see that the role projections runs, and subscribe again")
            : new StreamFault("POSITION_TOO_OLD", "resumeAfter", $"{resumeAfter}", $"at most {limits.Replay} events are told again and the log has {head}; leave resumeAfter out, and read what lies before in /v1/audit");
    }

    /// <summary>The newest 50 decisions, newest first, and the place of the log that they are of: one moment of the read model.</summary>
    private async Task<(long Position, ReadOnlyMemory<byte> Decisions)> SnapshotAsync(string? portfolio, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            await using var connection = await reader.OpenConnectionAsync(ct);
            await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            await using var status = new NpgsqlCommand("select position from read.status where name = 'decisions'", connection, moment);
            var position = (long)(await status.ExecuteScalarAsync(ct))!;
            await using var command = new NpgsqlCommand(Newest, connection, moment) { CommandTimeout = 10 };
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)portfolio ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            await using var row = await command.ExecuteReaderAsync(ct);
            var rows = new List<ReadOnlyMemory<byte>>();
            while (await row.ReadAsync(ct)) rows.Add(RowJson.Write(row));
            return (position, RowJson.Array(rows));
        }
        finally
        {
            turns.Release();
        }
    }

    private static string Alias<T>() where T : DomainEvent => EventJson.AliasOf<T>();
}
