using EventSourcedTrading.Brokers;
using EventSourcedTrading.Brokers.Reconciling;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>
/// Stands between one portfolio and its broker. It follows the log, calls the broker for what the log asks, and puts on record what the
/// broker says. Orders may go out once the books have been compared and agree; whenever the connection was lost they are compared again.
/// </summary>
/// <param name="connect">Makes the adapter; called once for each run of the role.</param>
public sealed class BrokerRole(Platform platform, PortfolioOptions options, Func<CancellationToken, Task<IBrokerAdapter>> connect, ReconciliationPolicy policy) : IRole
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500), CompareEvery = TimeSpan.FromSeconds(60), CompareAgain = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(15);

    private const string Comparing = "the books are being compared";

    private readonly ILogger log = platform.Logs.CreateLogger($"broker.{options.Id}");
    private readonly Nudges nudges = new();
    private volatile string? lost = "it has not answered yet";
    private volatile bool compareNow = true;
    private string account = "";

    public string Name => $"broker {options.Id}";

    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        await using var turn = await PortfolioLock.WaitAsync(platform.App, $"broker-{options.Id}", () => Status = "standby", ct);
        await using var broker = await connect(ct);
        var said = new BrokerLog(platform, options.Id, broker.Name);
        var recovery = new Recovery(platform.Reader, platform.Snapshots, _ => null);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] parts =
        [
            ServeAsync(broker, said, recovery, stopping.Token),
            HearAsync(broker, said, stopping.Token),
            nudges.ListenAsync(platform.Nats, platform.Subjects.EngineProgress(options.Id), stopping.Token),
            turn.UntilLostAsync(stopping.Token),
        ];
        try
        {
            await await Task.WhenAny(parts);
        }
        finally
        {
            Status = "stopped";
            await stopping.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(IBrokerAdapter broker, BrokerLog said, Recovery recovery, CancellationToken ct)
    {
        Status = "recovering";
        var mirror = await recovery.RecoverAsync(options.Id, ct);
        while (!mirror.Engine.State.Opened) mirror = await FollowAsync(mirror);
        var state = mirror.Engine.State;
        var desk = new OrderDesk(broker, said, state.Books.Values.ToDictionary(b => b.Instrument.Id, b => b.Instrument), platform.Time, log, ct);
        var reconciler = new Reconciler(broker, said, options.Id, policy);
        await reconciler.LoadAsync(mirror.Position, ct);
        // Nobody knows whether these were sent before this role was here: so they are asked after, never sent.
        foreach (var book in state.Books.Values)
            foreach (var order in book.Open) desk.Settle(order.Terms);

        var (against, comparedAt, agreed, tries) = ((string?)Comparing, 0L, false, 0);
        while (true)
        {
            mirror = await FollowAsync(mirror, e => Take(e, desk, reconciler, state));
            var wait = agreed && reconciler.HaltedBy is null ? CompareEvery : TimeSpan.FromTicks(Math.Min(CompareAgain.Ticks << Math.Min(tries, 10), Patience.Ticks));
            if (compareNow || platform.Time.GetElapsedTime(comparedAt) >= wait)
            {
                compareNow = false;
                agreed = await CompareAsync(broker, reconciler, state, desk, ct);
                tries = agreed && reconciler.HaltedBy is null ? 0 : tries + 1;
                comparedAt = platform.Time.GetTimestamp();
            }

            // A difference that is still looked at closes no venue that is open, and opens none.
            var now = lost ?? reconciler.HaltedBy ?? (agreed || against is null ? null : Comparing);
            if (now == against) continue;
            against = now;
            Status = now ?? "running";
            await said.TellAsync(now is null ? new BrokerReconciled(options.Id, broker.Name, account, said.Now, broker.Capabilities) : new BrokerLost(options.Id, broker.Name, now, said.Now), ct);
        }

        async Task<RecoveredPortfolio> FollowAsync(RecoveredPortfolio from, Action<DomainEvent>? seen = null)
        {
            await nudges.WaitAsync(Tick, ct);
            return await recovery.FollowAsync(from, seen, ct);
        }
    }

    private void Take(DomainEvent e, OrderDesk desk, Reconciler reconciler, PortfolioState state)
    {
        desk.Take(e, OrderOf(e, state));
        if (e is not BreakResolutionOrdered word) return;
        reconciler.Order(word);
        compareNow = true;
    }

    private async Task<bool> CompareAsync(IBrokerAdapter broker, Reconciler reconciler, PortfolioState state, OrderDesk desk, CancellationToken ct)
    {
        try
        {
            // Comparing asks for the account, too: who is connected need not ask twice.
            if (lost is not null) account = (await broker.ConnectAsync(ct)).AccountId;
            var agreed = await reconciler.RunAsync(state, desk, ct);
            lost = null;
            return agreed && desk.Busy == 0;
        }
        catch (BrokerException e)
        {
            log.LogWarning("{Error}", e.Message);
            lost = e.Message;
            return false;
        }
    }

    /// <summary>What the broker says of its own accord.</summary>
    private async Task HearAsync(IBrokerAdapter broker, BrokerLog said, CancellationToken ct)
    {
        await foreach (var message in broker.ListenAsync(ct))
        {
            switch (message)
            {
                case ReportReceived { Report.OrderId.Length: > 0 } heard when heard.Report.OrderId.StartsWith($"{options.Id}-", StringComparison.Ordinal):
                    await said.ReportAsync(heard.Report, ct);
                    break;
                case ReportReceived: compareNow = true; break;
                case ConnectionLost gone: lost = gone.Reason; break;
                case ConnectionRestored: compareNow = true; break;
            }

            nudges.Hint();
        }
    }

    private static Order? OrderOf(DomainEvent e, PortfolioState state) => e switch
    {
        OrderSubmissionAttempted x => state.Orders.GetValueOrDefault(x.OrderId),
        OrderCancelRequested x => state.Orders.GetValueOrDefault(x.OrderId),
        OrderReplaceRequested x => state.Orders.GetValueOrDefault(x.OrderId),
        _ => null,
    };
}
