using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Feeds;

/// <summary>How far a data set has been published.</summary>
public readonly record struct FeedProgress(long Published, Domain.Time.Timestamp Time, bool Done);

/// <summary>
/// Publishes a data set as signals, each exactly once and in order, whatever NATS does meanwhile: every message names the one that
/// must stand before it, so a server that lost some refuses the next, and publishing goes back to what it still has.
/// </summary>
public sealed class FeedPublisher(Platform platform, IMarketDataSource source)
{
    private const int InFlight = 512;
    private const long MaxLead = 20_000;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly ILogger log = platform.Logs.CreateLogger("feed");
    private readonly Queue<Task<PubAckResponse>> open = new();
    private long consumed;
    private long heardAt;

    /// <param name="speed">Times the speed of the market; 0 for as fast as it is consumed.</param>
    /// <param name="followers">Engines whose progress is waited for; none: whatever the server takes.</param>
    public async Task RunAsync(double speed, bool followers, IProgress<FeedProgress>? progress, CancellationToken ct)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var hearing = followers ? ListenAsync(listening.Token) : Task.CompletedTask;
        for (var attempt = 0; ; attempt++)
        {
            if (attempt > 0) await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 100 << Math.Min(attempt, 4))), ct);
            try
            {
                await StreamSetup.SignalsAsync(platform.JetStream, platform.Subjects, ct);
                var (published, last) = await StandingAsync(ct);
                await PublishFromAsync(published, last, speed, followers, progress, ct);
                break;
            }
            catch (NatsException e) when (!ct.IsCancellationRequested)
            {
                log.LogInformation("publishing was interrupted and goes on from what the server has: {Reason}", e.Message);
            }

            open.Clear();
        }

        await listening.CancelAsync();
        await hearing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>How much of this feed the stream has, and the sequence of its last message.</summary>
    private async Task<(long Published, ulong Last)> StandingAsync(CancellationToken ct)
    {
        var state = (await platform.JetStream.GetStreamAsync(platform.Subjects.SignalStream, ct)).Info.State;
        if (state.LastSeq == 0 || state.Messages == 0) return (0, state.LastSeq);
        var last = await platform.JetStream.GetMessageAsync(platform.Subjects.SignalStream, new StreamMsgGetRequest { Seq = state.LastSeq }, ct);
        var signal = SignalJson.Read(last.Data.Span).Signal;
        return (signal?.Feed == source.Name ? signal.Sequence : 0, state.LastSeq);
    }

    private async Task PublishFromAsync(long published, ulong last, double speed, bool followers, IProgress<FeedProgress>? progress, CancellationToken ct)
    {
        var started = platform.Time.GetTimestamp();
        Domain.Time.Timestamp? first = null;
        Signal? newest = null;
        foreach (var signal in source.Read())
        {
            if (signal.Sequence <= published) continue;
            first ??= signal.Time;
            if (speed > 0) await PaceAsync(signal.Time - first.Value, started, speed, ct);
            if (followers) await WaitForFollowersAsync(last, ct);
            while (open.Count >= InFlight || (open.Count > 0 && open.Peek().IsCompleted)) (await open.Dequeue()).EnsureStored();
            var future = await platform.JetStream.PublishConcurrentAsync(
                platform.Subjects.Signal(signal.Instrument), SignalJson.Write(signal),
                opts: new NatsJSPubOpts { ExpectedLastSequence = last }, cancellationToken: ct);
            open.Enqueue(future.GetResponseAsync(ct).AsTask());
            last++;
            newest = signal;
            if (signal.SliceEnd) progress?.Report(new FeedProgress(signal.Sequence, signal.Time, Done: false));
        }

        while (open.Count > 0) (await open.Dequeue()).EnsureStored();
        if (newest is not null) progress?.Report(new FeedProgress(newest.Sequence, newest.Time, Done: true));
    }

    private async Task PaceAsync(TimeSpan market, long started, double speed, CancellationToken ct)
    {
        var ahead = (market / speed) - platform.Time.GetElapsedTime(started);
        if (ahead > TimeSpan.FromMilliseconds(1)) await Task.Delay(ahead, platform.Time, ct);
    }

    /// <summary>Keeps within a bound of the engine that spoke last; when none has spoken for a while, none is waited for.</summary>
    private async Task WaitForFollowersAsync(ulong last, CancellationToken ct)
    {
        while ((long)last - Interlocked.Read(ref consumed) > MaxLead && platform.Time.GetElapsedTime(Interlocked.Read(ref heardAt)) < LongestSilence)
            await Task.Delay(5, ct);
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        Interlocked.Exchange(ref heardAt, platform.Time.GetTimestamp());
        try
        {
            await foreach (var message in platform.Nats.SubscribeAsync(platform.Subjects.AllEngineProgress, cancellationToken: ct))
            {
                using (message)
                {
                    Interlocked.Exchange(ref consumed, EngineProgress.Read(message.Memory.Span).Signals);
                    Interlocked.Exchange(ref heardAt, platform.Time.GetTimestamp());
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end of listening.
        }
    }
}
