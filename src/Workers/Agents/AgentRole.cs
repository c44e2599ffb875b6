using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Agents;

/// <summary>
/// Runs one strategy for one portfolio: shows it the market, sends its intents, and says how far it has come. Everything that it
/// sends follows from the signals, ids included, so after a crash it simply sends the same again.
/// </summary>
public sealed class AgentRole(Platform platform, PortfolioOptions portfolio, StrategyOptions options) : IRole
{
    private const int SlicesBetweenSnapshots = 100;
    private static readonly TimeSpan TimeBetweenSnapshots = TimeSpan.FromSeconds(1);

    private readonly ILogger log = platform.Logs.CreateLogger($"agent.{portfolio.Id}.{options.Plugin}");

    public string Name => $"agent {portfolio.Id}/{options.Plugin}";
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        Status = "recovering";
        await StreamSetup.SignalsAsync(platform.JetStream, platform.Subjects, ct);
        await StreamSetup.InboxAsync(platform.JetStream, platform.Subjects, portfolio.Id, ct);
        var strategy = platform.Strategies.Create(options, portfolio);
        var memory = new AgentMemory(platform.Snapshots, portfolio.Id, strategy);
        var saved = await memory.LoadAsync(ct);
        using var outbox = new AgentOutbox(platform, portfolio.Id, strategy.Description.Agent, saved, log);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sending = outbox.RunAsync(stopping.Token);
        Status = "running";
        try
        {
            await await Task.WhenAny(WatchAsync(strategy, memory, saved, outbox, stopping.Token), sending);
        }
        finally
        {
            if (Status != "quarantined") Status = "stopped";
            await stopping.CancelAsync();
            await sending.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task WatchAsync(IStrategy strategy, AgentMemory memory, AgentSnapshot saved, AgentOutbox outbox, CancellationToken ct)
    {
        var wanted = strategy.Description.Instruments.ToHashSet();
        var feeds = saved.Feeds.ToDictionary(f => f.Key, f => f.Value);
        var proposals = new List<Proposal>();
        var (slices, snapshotAt) = (0, platform.Time.GetTimestamp());
        var reader = new OrderedReader(platform.JetStream, platform.Subjects.SignalStream, log);
        await foreach (var (message, position) in reader.ReadAsync(saved.Position, ct))
        {
            Signal? signal;
            using (message) signal = InboxDecoder.Signal(message.Memory.Span).Signal;
            if (signal is null || signal.Sequence <= feeds.GetValueOrDefault(signal.Feed)) continue;
            feeds[signal.Feed] = signal.Sequence;
            if (wanted.Contains(signal.Instrument) && !await ShowAsync(strategy, signal, proposals, outbox, ct)) return;
            foreach (var proposal in proposals) await outbox.SendAsync(proposal, signal, ct);
            proposals.Clear();
            if (!signal.SliceEnd) continue;
            outbox.Pass(signal.Time);
            if (++slices < SlicesBetweenSnapshots || platform.Time.GetElapsedTime(snapshotAt) < TimeBetweenSnapshots) continue;
            (slices, snapshotAt) = (0, platform.Time.GetTimestamp());
            await memory.SaveAsync(position, feeds, signal.Time, outbox, ct);
        }
    }

    /// <summary>A strategy that throws is quarantined: the others go on without it.</summary>
    private async Task<bool> ShowAsync(IStrategy strategy, Signal signal, List<Proposal> proposals, AgentOutbox outbox, CancellationToken ct)
    {
        try
        {
            strategy.OnSignal(signal, proposals);
            return true;
        }
        catch (Exception e)
        {
            Status = "quarantined";
            log.LogError(e, "{Agent} threw at {Feed}:{Sequence} and is quarantined", strategy.Description.Agent, signal.Feed, signal.Sequence);
            await outbox.FailAsync($"threw {e.GetType().Name} at {signal.Feed}:{signal.Sequence}: {e.Message}", ct);
            // What it had said before still counts: it is sent until it is answered.
            while (outbox.Unanswered > 0) await Task.Delay(100, ct);
            return false;
        }
    }
}
