using System.Diagnostics;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>Every projection made anew from a log, one after the other, beside reading that log and doing nothing with it.</summary>
public sealed class RebuildBench : IBench
{
    private const long Events = 200_000;

    public IReadOnlyList<string> Names => ["projection.rebuild_events_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        Results.Say($"writing a log of {Events} events");
        await new LogWriter(database).WriteAsync(Events, ct);
        await database.ExecuteAsync("vacuum analyze events.mt_events", ct);
        var reader = new EventReader(database.App);
        var size = (await reader.HeadAsync(ct)).Size;
        var host = new ProjectionHost(database.App);
        var rates = new Dictionary<string, List<double>>();
        var raw = new List<double>();
        var all = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            var reading = await TimeAsync(() => ReadAsync(reader, size, ct));
            var whole = 0d;
            foreach (var name in ProjectionHost.Names)
            {
                var seconds = await TimeAsync(() => host.RebuildAsync(name, ct: ct));
                whole += seconds;
                if (round == 0) rates[name] = [];
                else rates[name].Add(size / seconds);
            }

            if (round == 0) continue;
            raw.Add(size / reading);
            all.Add(size * ProjectionHost.Names.Count / whole);
        }

        foreach (var status in await host.StatusAsync(ct))
            if (status.Position != size) throw new InvalidOperationException($"{status.Name} stands at {status.Position} of {size} after its rebuild");
        var yardstick = Interleaved.Median(raw);
        results.Add("projection.rebuild_events_per_s", Interleaved.Median(all), "events/s", "ReadAll", yardstick);
        foreach (var (name, values) in rates)
            results.Add($"projection.rebuild_events_per_s.{name}", Interleaved.Median(values), "events/s", "ReadAll", yardstick);
    }

    private static async Task ReadAsync(EventReader reader, long size, CancellationToken ct)
    {
        var count = 0L;
        await foreach (var _ in reader.ReadAllAsync(pageSize: 10_000, ct: ct)) count++;
        if (count != size) throw new InvalidOperationException($"{count} of {size} events were read");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
