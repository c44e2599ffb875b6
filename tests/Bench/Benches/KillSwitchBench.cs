using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// From the operator's command, before it is in the log, to the answer that comes after the commit with the cancel of the last of a
/// thousand open orders; while quotes and intents go on. Each time a new desk, since a kill switch is not pulled twice.
/// </summary>
public sealed class KillSwitchBench : IBench
{
    private const int OpenOrders = 1_000;
    private const int Times = 3;
    private const int Rate = 500;

    public IReadOnlyList<string> Names => ["killswitch.ms"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        var times = new List<double>();
        for (var i = 0; i < Times; i++) times.Add(await PullAsync(ct));
        results.Add("killswitch.ms", Interleaved.Median(times), $"ms for {OpenOrders} open orders");
    }

    private static async Task<double> PullAsync(CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        await using var session = await Session.StartAsync(database, 0, ct, Resting);
        for (var i = 1; i < OpenOrders; i++) await session.PublishAsync(ct);
        await session.WaitForFillsAsync(OpenOrders, ct);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = LoadAsync(session, calm.Token);
        await Task.Delay(500, ct);
        var started = Stopwatch.GetTimestamp();
        await session.CommandAsync(database, new EngageKillSwitch(KillSwitchScope.Portfolio, null, KillSwitchMode.Halt), ct);
        var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await calm.CancelAsync();
        await load;
        var cancelled = await database.CountAsync("select count(*) from events.mt_events where type = 'order_cancelled'", ct);
        var approved = await database.CountAsync("select count(*) from events.mt_events where type = 'order_approved'", ct);
        return cancelled == approved && approved >= OpenOrders ? time : throw new InvalidOperationException($"{approved} orders were open, {cancelled} were cancelled");
    }

    private static async Task LoadAsync(Session session, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1_000.0 / Rate));
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) await session.PublishAsync(ct);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Buys one, far below the market, at a price of its own.</summary>
    private static Intent Resting(Signal signal) => new(
        signal.Sequence.ToString(CultureInfo.InvariantCulture), Desk.Portfolio, Desk.Agent, signal.Instrument, Side.Buy, 1m, OrderType.Limit,
        1m + (signal.Sequence % 1_900 * 0.01m), null, TimeInForce.Gtc, 0.8m, "rests", new Dictionary<string, decimal>(), signal.Time, $"{signal.Feed}:{signal.Sequence}", signal.Sequence);
}
