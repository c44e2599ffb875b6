using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// The log's own speed, streams, hashes and tree included: one producer, which prepares a batch while the one before is written.
/// Beside it plain COPY of the same events into a table with the same columns and indexes and nothing else.
/// </summary>
public sealed class AppendBench : IBench
{
    private static readonly int[] Sizes = [1, 10, 100, 1000];

    private readonly SampleEvents sample = new();
    private long copied;

    public IReadOnlyList<string> Names => [.. Sizes.Select(NameOf)];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        await database.ExecuteAsync(
            """
            create schema raw;
            create table raw.mt_events (like events.mt_events including defaults);
            alter table raw.mt_events add primary key (seq_id);
            create unique index on raw.mt_events (stream_id, version);
            """, ct);
        await using var appender = new EventAppender(database.App);
        await using var copying = await database.Owner.OpenConnectionAsync(ct);
        var written = 0L;
        foreach (var size in Sizes)
        {
            if (!results.Wants(NameOf(size))) continue;
            var rates = await Interleaved.RatesAsync(5, TimeSpan.FromSeconds(1),
                async time =>
                {
                    var count = await AppendAsync(appender, size, time);
                    written += count;
                    return count;
                },
                time => CopyAsync(copying, size, time, ct));
            results.Add(NameOf(size), rates[0], "events/s", "raw COPY", rates[1]);
        }

        var logged = await database.CountAsync("select count(*) from events.mt_events", ct);
        if (logged != written) throw new InvalidOperationException($"{written} events were acknowledged, {logged} are in the log");
    }

    private static string NameOf(int size) => $"append.batch{size.ToString(CultureInfo.InvariantCulture)}";

    private async Task<long> AppendAsync(EventAppender appender, int size, TimeSpan time)
    {
        var count = 0L;
        Task<AppendResult>? before = null;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time; count += size)
        {
            // It prepares the batch before it returns; so the one before is written meanwhile.
            var appending = appender.AppendAsync(sample.Next(size));
            if (before is not null) await before;
            before = appending;
        }

        if (before is not null) await before;
        return count;
    }

    private async Task<long> CopyAsync(NpgsqlConnection connection, int size, TimeSpan time, CancellationToken ct)
    {
        var count = 0L;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time; count += size)
        {
            var now = DateTime.UtcNow;
            await using var copy = await connection.BeginBinaryImportAsync(
                "copy raw.mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, headers) from stdin (format binary)", ct);
            for (var i = 0; i < size; i++)
            {
                var (stream, version) = SampleEvents.Place(copied++);
                copy.StartRow();
                copy.Write(copied, NpgsqlDbType.Bigint);
                copy.Write(EventId.For(stream, version), NpgsqlDbType.Uuid);
                copy.Write(stream, NpgsqlDbType.Varchar);
                copy.Write(version, NpgsqlDbType.Bigint);
                copy.Write(SampleEvents.Data, NpgsqlDbType.Jsonb);
                copy.Write("order_filled", NpgsqlDbType.Varchar);
                copy.Write(now, NpgsqlDbType.TimestampTz);
                copy.Write("bench-decision-1", NpgsqlDbType.Varchar);
                copy.Write("bench-cause-1", NpgsqlDbType.Varchar);
                copy.WriteNull();
            }

            await copy.CompleteAsync(ct);
        }

        return count;
    }
}
