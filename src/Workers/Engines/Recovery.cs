using System.IO.Compression;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>A portfolio as the log has it: the state, and how far each source was read.</summary>
/// <param name="Position">Last event of the log that is in it.</param>
/// <param name="Replayed">Events that were read beyond the snapshot.</param>
/// <param name="Differences">Where this version would have decided otherwise than the log has it; the log stands.</param>
public sealed record RecoveredPortfolio(
    PortfolioEngine Engine, Dictionary<string, StreamPosition> Cursors, long Position, long Replayed, long Differences);

/// <summary>Snapshot and log back to a running engine.</summary>
public sealed class Recovery(EventReader reader, SnapshotStore snapshots, Func<PortfolioState, ISimulatedVenue?> venues)
{
    private static string KeyOf(string portfolio) => $"engine-{portfolio}";

    public async Task<RecoveredPortfolio> RecoverAsync(string portfolio, CancellationToken ct)
    {
        var cursors = new Dictionary<string, StreamPosition>();
        var state = new PortfolioState(portfolio);
        var position = 0L;
        if (await snapshots.LoadAsync(KeyOf(portfolio), StateSnapshot.Format, ct) is { } snapshot)
        {
            var saved = Unpack(snapshot.Data);
            var end = saved.AsSpan().IndexOf((byte)'\n');
            foreach (var cursor in JsonSerializer.Deserialize(saved.AsSpan(..end), EngineSnapshotJson.Default.IReadOnlyListTapeCursor)!) cursors[cursor.Source] = Position(cursor);
            state = StateSnapshot.FromJson(saved.AsSpan(end + 1)).Restore();
            position = snapshot.Position;
        }

        return await FollowAsync(new RecoveredPortfolio(new PortfolioEngine(state, venues), cursors, position, 0, 0), null, ct);
    }

    /// <summary>The same from the first event on, whatever snapshot there is.</summary>
    public Task<RecoveredPortfolio> RecoverFromStartAsync(string portfolio, CancellationToken ct) =>
        FollowAsync(new RecoveredPortfolio(new PortfolioEngine(new PortfolioState(portfolio), venues), [], 0, 0, 0), null, ct);

    /// <summary>Puts a snapshot in the place of whatever is there, unless that is newer.</summary>
    public async Task ReplaceAsync(string portfolio, RecoveredPortfolio found, CancellationToken ct)
    {
        await snapshots.ForgetAsync(KeyOf(portfolio), found.Position, ct);
        await SaveAsync(portfolio, found.Engine, found.Cursors, found.Position, ct);
    }

    /// <summary>Takes up what the log has beyond a recovered portfolio: the same engine, further on.</summary>
    /// <param name="seen">Is given each event of the portfolio's engine once the state has it.</param>
    public async Task<RecoveredPortfolio> FollowAsync(RecoveredPortfolio known, Action<DomainEvent>? seen, CancellationToken ct)
    {
        var (last, replayed) = await FollowAsync(known.Engine, known.Cursors, known.Position, seen, ct);
        return known with { Position = last, Replayed = replayed, Differences = known.Engine.Record.Differences };
    }

    /// <summary>Takes the snapshot before it returns; writing it down takes seconds and goes on beside the engine.</summary>
    public Task SaveAsync(string portfolio, PortfolioEngine engine, IEnumerable<KeyValuePair<string, StreamPosition>> cursors, long position, CancellationToken ct)
    {
        var state = StateSnapshot.Of(engine.State);
        TapeCursor[] read = [.. cursors.Select(c => new TapeCursor(c.Key, c.Value.Incarnation, (long)c.Value.Sequence, c.Value.Stamp))];
        return Task.Run(async () => await snapshots.SaveAsync(new Snapshot(KeyOf(portfolio), position, StateSnapshot.Format, await PackAsync(read, state, ct)), ct), ct);
    }

    /// <summary>How far each source was read, a line feed, the state.</summary>
    // JSON of a state packs to a tenth; what is not written need not be logged, synced and compressed again by the database.
    private static async Task<byte[]> PackAsync(TapeCursor[] cursors, StateSnapshot state, CancellationToken ct)
    {
        using var packed = new MemoryStream();
        await using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await JsonSerializer.SerializeAsync(brotli, cursors, EngineSnapshotJson.Default.IReadOnlyListTapeCursor, ct);
            brotli.WriteByte((byte)'\n');
            await using var unhurried = new Unhurried(brotli);
            await JsonSerializer.SerializeAsync(unhurried, state, StateSnapshot.Json, ct);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> packed)
    {
        using var json = new MemoryStream(packed.Length * 8);
        using (var brotli = new BrotliStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress)) brotli.CopyTo(json);
        return json.ToArray();
    }

    /// <summary>A batch lies in the log in one piece: its tape, then its events. So other portfolios' events are easily told apart.</summary>
    private async Task<(long Last, long Replayed)> FollowAsync(
        PortfolioEngine engine, Dictionary<string, StreamPosition> cursors, long after, Action<DomainEvent>? seen, CancellationToken ct)
    {
        var tapeStream = engine.State.TapeStream;
        InputsRecorded? batch = null;
        var events = new List<Logged>();
        var expected = 0;
        var (last, replayed) = (after, 0L);
        await foreach (var e in reader.ReadAllAsync(after + 1, pageSize: 5_000, ct: ct))
        {
            if (expected == 0)
            {
                if (e.StreamId != tapeStream.Name)
                {
                    // Else somebody who follows an idle portfolio would read the others' events again at every look.
                    last = e.SeqId;
                    continue;
                }

                batch = (InputsRecorded)EventJson.Deserialize(e.Type, e.Data.Span);
                tapeStream.Version = e.Version;
                expected = batch.Inputs.Sum(i => i.Events);
                events.Clear();
            }
            else
            {
                events.Add(new Logged(e.StreamId, e.Version, EventJson.Deserialize(e.Type, e.Data.Span)));
                expected--;
            }

            replayed++;
            if (expected > 0) continue;
            Replay(engine, batch!, events);
            if (seen is not null)
                foreach (var logged in events)
                    if (logged.Event is { } known) seen(known);
            foreach (var cursor in batch!.Cursors) cursors[cursor.Source] = Position(cursor);
            last = e.SeqId;
        }

        return (last, replayed);
    }

    private static void Replay(PortfolioEngine engine, InputsRecorded batch, List<Logged> events)
    {
        var next = 0;
        var script = new Queue<Logged>();
        foreach (var entry in batch.Inputs)
        {
            for (var i = 0; i < entry.Events; i++) script.Enqueue(events[next++]);
            engine.Replay(InputJson.Read(entry.Kind, entry.Data), batch.At, script);
        }
    }

    private static StreamPosition Position(TapeCursor cursor) => new(cursor.Incarnation, (ulong)cursor.Position, cursor.Stamp);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<TapeCursor>))]
internal sealed partial class EngineSnapshotJson : System.Text.Json.Serialization.JsonSerializerContext;
