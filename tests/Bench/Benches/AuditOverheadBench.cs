using System.Diagnostics;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// What the audit log costs an append: the appender beside <see cref="BareLog"/>, by turns, in batches of a thousand; each prepares a batch
/// while the one before is written. In per cent of the bare one's throughput.
/// </summary>
public sealed class AuditOverheadBench : IBench
{
    private const int BatchSize = 1_000;

    public IReadOnlyList<string> Names => ["audit.append_overhead"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var audited = await BenchDatabase.CreateAsync(ct);
        await using var plain = await BenchDatabase.CreateAsync(ct);
        await using var appender = new EventAppender(audited.App);
        await using var bare = await BareLog.OpenAsync(plain, ct);
        await audited.SettleAsync(ct);
        var (with, without) = (new SampleEvents(), new SampleEvents());
        var rates = await Interleaved.RatesAsync(9, TimeSpan.FromSeconds(1),
            time => PipelinedAsync(time, () => appender.AppendAsync(with.Next(BatchSize), ct)),
            time => PipelinedAsync(time, () =>
            {
                var batch = BareLog.Prepare(without.Next(BatchSize));
                return (Func<Task>)(() => bare.WriteAsync(batch, ct));
            }));
        results.Add("audit.append_overhead", 100 * (1 - (rates[0] / rates[1])), "%");
        results.Add("audit.append_events_per_s", rates[0], "events/s", "without an audit log", rates[1]);
    }

    private static async Task<long> PipelinedAsync(TimeSpan time, Func<Task> append)
    {
        var count = 0L;
        var before = Task.CompletedTask;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time; count += BatchSize)
        {
            var appending = append();
            await before;
            before = appending;
        }

        await before;
        return count;
    }

    /// <summary>One connection takes one batch after the other.</summary>
    private static async Task<long> PipelinedAsync(TimeSpan time, Func<Func<Task>> prepare)
    {
        var count = 0L;
        var before = Task.CompletedTask;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time; count += BatchSize)
        {
            var write = prepare();
            await before;
            before = Task.Run(write);
        }

        await before;
        return count;
    }
}
