using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Verifying;
using Npgsql;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// How fast the whole log is verified: every leaf reckoned from its row, the tree from the leaves. Beside it what the store can give at
/// all: the same rows by the same COPY over as many connections, thrown away as they come.
/// </summary>
public sealed class AuditVerifyBench : IBench
{
    private const int BatchSize = 1_000;
    private const int Slice = 1 << 15;

    private static readonly long Events = long.Parse(Environment.GetEnvironmentVariable("EST_BENCH_LOG_EVENTS") ?? "1000000", CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Names => ["audit.verify_events_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        Results.Say(string.Create(CultureInfo.InvariantCulture, $"making a log of {Events:#,0} events"));
        await FillAsync(database);
        await database.SettleAsync(ct);
        await using var source = StoreConnection.Open(database.Connection, StoreRole.Reader);
        var verifier = new LogVerifier(source);
        var rates = await Interleaved.RatesAsync(3, TimeSpan.Zero,
            async _ =>
            {
                var verified = await verifier.RunAsync(new VerifyOptions([]), ct: ct);
                if (!verified.Intact || verified.Events != Events) throw new InvalidOperationException($"{verified.Events} of {Events} events were verified, {verified.Faults.Count} faults");
                return verified.Events;
            },
            _ => ReadAsync(source, ct));
        results.Add("audit.verify_events_per_s", rates[0], "events/s", "plain COPY of the rows", rates[1]);
    }

    private static async Task FillAsync(BenchDatabase database)
    {
        await using var appender = new EventAppender(database.App);
        var sample = new SampleEvents();
        Task before = Task.CompletedTask;
        for (var done = 0L; done < Events; done += BatchSize)
        {
            var appending = appender.AppendAsync(sample.Next((int)Math.Min(BatchSize, Events - done)));
            await before;
            before = appending;
        }

        await before;
    }

    private static async Task<long> ReadAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var next = 0L;
        await Task.WhenAll(Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount)).Select(_ => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            var buffer = new byte[1 << 18];
            while (Interlocked.Add(ref next, Slice) - Slice is var first && first < Events)
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync(FormattableString.Invariant(
                    $"""
                    copy (select seq_id, id, stream_id, version, type, data, timestamp, correlation_id, causation_id, headers
                            from events.mt_events where seq_id > {first} and seq_id <= {first + Slice} order by seq_id) to stdout (format binary)
                    """), ct);
                while (await copy.ReadAsync(buffer, ct) > 0)
                {
                    // Thrown away.
                }
            }
        }, ct)));
        return Events;
    }
}
