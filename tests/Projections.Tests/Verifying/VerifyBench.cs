using System.Diagnostics;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Verifying;

namespace EventSourcedTrading.Projections.Tests.Verifying;

/// <summary>What a comparison of the read models costs beside a verification of the log; run with -explicit only.</summary>
public class VerifyBench(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task Events_per_second()
    {
        await using var world = await World.CreateAsync();
        var pending = new List<Task>();
        var count = 0;
        foreach (var batch in new Session(1, "main", "eur").Batches(20_000))
        {
            count += batch.Events.Count;
            pending.Add(world.Appender.AppendAsync(batch, TestContext.Current.CancellationToken));
            if (pending.Count < 100) continue;
            await Task.WhenAll(pending);
            pending.Clear();
        }

        await Task.WhenAll(pending);
        var host = new ProjectionHost(world.Database.App);
        foreach (var name in ProjectionHost.Names) await host.RebuildAsync(name, ct: TestContext.Current.CancellationToken);
        await world.ExecuteAsync("vacuum analyze");
        for (var i = 0; i < 2; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.True((await new LogVerifier(world.Database.Reader).RunAsync(new VerifyOptions([]), ct: TestContext.Current.CancellationToken)).Intact);
            Say("log", started);
            var before = GC.GetTotalAllocatedBytes();
            started = Stopwatch.GetTimestamp();
            var found = await new ProjectionVerifier(world.Database.Reader).RunAsync(ct: TestContext.Current.CancellationToken);
            Say("read models", started);
            Assert.All(found, p => Assert.True(p.Agrees, p.Name));
            output.WriteLine($"{found.Sum(p => p.Rows):N0} rows; {(GC.GetTotalAllocatedBytes() - before) >> 20} MB allocated; {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB at most");
        }

        void Say(string what, long started)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            output.WriteLine($"{what}: {count} events in {seconds:F2} s, {count / seconds:N0} a second");
        }
    }
}
