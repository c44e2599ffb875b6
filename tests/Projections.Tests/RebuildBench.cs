using System.Diagnostics;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>How fast rebuilds are; run with -explicit only. Figures of a debug build mean nothing.</summary>
public class RebuildBench(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task Events_per_second()
    {
        await using var world = await World.CreateAsync();
        var pending = new List<Task>();
        var count = 0;
        foreach (var batch in new Session(1, "main", "eur").Batches(30_000))
        {
            count += batch.Events.Count;
            pending.Add(world.Appender.AppendAsync(batch, TestContext.Current.CancellationToken));
            if (pending.Count < 100) continue;
            await Task.WhenAll(pending);
            pending.Clear();
        }

        await Task.WhenAll(pending);
        // Yardsticks, since the machine may be busy: reading the log alone, and reading it into objects.
        var reader = new EventReader(world.Database.App);
        for (var i = 0; i < 2; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await foreach (var e in reader.ReadAllAsync(pageSize: 10_000, ct: TestContext.Current.CancellationToken)) _ = e;
            Say("reading", started);
            started = Stopwatch.GetTimestamp();
            await foreach (var e in reader.ReadAllAsync(pageSize: 10_000, ct: TestContext.Current.CancellationToken)) _ = EventJson.Deserialize(e.Type, e.Data.Span);
            Say("reading and parsing", started);
        }

        var host = new ProjectionHost(world.Database.App);
        foreach (var name in ProjectionHost.Names)
        {
            for (var i = 0; i < 2; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await host.RebuildAsync(name, ct: TestContext.Current.CancellationToken);
                Say(name, started);
            }
        }

        void Say(string what, long started)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            output.WriteLine($"{what}: {count} events in {seconds:F2} s, {count / seconds:N0} a second");
        }
    }
}
