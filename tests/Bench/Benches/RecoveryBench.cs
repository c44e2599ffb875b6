using System.Diagnostics;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// An engine's process with a million events behind it is killed and started again: how long until it has committed a new decision.
/// Beside it the time to read that log once. Process start, snapshot, the rest of the log and the first round are all in it.
/// </summary>
public sealed class RecoveryBench : IBench
{
    private const long Events = 1_000_000;

    public IReadOnlyList<string> Names => ["recovery.seconds_at_1m_events"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        Results.Say($"writing a log of {Events} events through the engine");
        var started = Stopwatch.GetTimestamp();
        var quotes = await new LogWriter(database).WriteAsync(Events, ct);
        var reader = new EventReader(database.App);
        var size = (await reader.HeadAsync(ct)).Size;
        Results.Say($"{size} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        started = Stopwatch.GetTimestamp();
        var count = 0L;
        await foreach (var _ in reader.ReadAllAsync(pageSize: 10_000, ct: ct)) count++;
        if (count != size) throw new InvalidOperationException($"{count} of {size} events were read");
        var reading = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var times = new List<double>();
        await using (var session = await Session.StartAsync(database, quotes, ct, new Turns(least: 110m).Answer))
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Delay(500, ct);
                session.Engine.Kill();
                await session.PublishAsync(ct);
                var answered = session.Agent.Approved;
                started = Stopwatch.GetTimestamp();
                session.Engine.StartAgain();
                await session.WaitForFillsAsync(answered + 1, ct);
                times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        var fills = await database.CountAsync("select count(*) from events.mt_events where type = 'order_filled'", ct);
        var orders = await database.CountAsync("select count(*) from events.mt_events where type = 'order_approved'", ct);
        if (fills != orders) throw new InvalidOperationException($"{orders} orders were approved, {fills} filled");
        results.Add("recovery.seconds_at_1m_events", Interleaved.Median(times), "s", "reading the log", reading);
    }
}
