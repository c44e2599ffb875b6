using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>Drain, decide, commit; decide the next batch while this one commits.</summary>
public sealed class EngineLoop(
    Platform platform, PortfolioOptions options, RecoveredPortfolio recovered, Recovery recovery, Answering answering, ILogger log)
{
    private const int MaxWaitingSlices = 20_000;
    private const int MaxReplies = 100_000;
    private const long SnapshotEvery = 100_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly PortfolioEngine engine = recovered.Engine;
    private readonly Dictionary<string, StreamPosition> cursors = new(recovered.Cursors);
    private readonly Dictionary<string, string> replies = [];
    private EngineBatch filling = new(options.Id);
    private EngineBatch sealedBatch = new(options.Id);
    private EngineProgress sealedAt;
    private long committed = recovered.Position;
    private long snapshotAt = recovered.Position;
    private Timestamp waitsFor = Timestamp.MinValue;
    private long waitsSince;
    private Task<AppendResult>? committing;
    private Task<bool>? mailWaiting;
    private Task<bool>? marketWaiting;

    public async Task RunAsync(ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, CancellationToken ct)
    {
        try
        {
            await LoopAsync(inbox, signals, ct);
        }
        finally
        {
            // Whoever comes next reads the log: what is on its way there must have arrived, or failed, by then.
            if (committing is not null) await ((Task)committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LoopAsync(ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, CancellationToken ct)
    {
        filling.Begin(Now());
        while (true)
        {
            Drain(inbox, signals);
            if (committing is { IsCompleted: false } && !filling.IsFull && !filling.IsEmpty)
            {
                await WaitAsync(inbox, signals, committing, ct);
                continue;
            }

            if (committing is not null)
            {
                if (filling.IsEmpty && !committing.IsCompleted) await WaitAsync(inbox, signals, committing, ct);
                if (filling.IsEmpty && !committing.IsCompleted) continue;
                await FinishAsync(await committing, ct);
                committing = null;
            }

            if (filling.IsEmpty)
            {
                await WaitAsync(inbox, signals, null, ct);
                continue;
            }

            var batch = filling.Seal(engine.State.TapeStream);
            // What is said after the commit is what was committed: by then the state is that of the next batch.
            sealedAt = new EngineProgress(engine.State.Frontier, cursors.GetValueOrDefault(platform.Subjects.SignalStream).Sequence, engine.State.Slices.Count);
            committing = Task.Run(() => platform.Appender.AppendAsync(batch, CancellationToken.None), CancellationToken.None);
            (filling, sealedBatch) = (sealedBatch, filling);
            filling.Begin(Now());
        }
    }

    private void Drain(ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals)
    {
        // A snapshot needs a moment at which everything decided is committed too.
        while (!filling.IsFull && !SnapshotIsDue)
        {
            if (engine.HasMore) Take(new Arrival(new ContinueInput(), null, default));
            else if (inbox.TryRead(out var mail)) Take(mail);
            // The market waits while the agents are far behind: what it has to say keeps in JetStream.
            else if (engine.State.Opened && engine.State.Slices.Count < MaxWaitingSlices && signals.TryRead(out var signal)) Take(signal);
            else if (Overdue() is { } deadline) Take(new Arrival(new DeadlineInput(deadline), null, default));
            else return;
        }
    }

    private bool SnapshotIsDue => committed - snapshotAt >= SnapshotEvery;

    private void Take(in Arrival arrival)
    {
        if (arrival is { Input: ProgressInput progress, Source: { } heard } && engine.Knows(progress))
        {
            // Agents repeat themselves while nothing happens; that is nothing to keep.
            cursors[heard] = arrival.Position;
            return;
        }

        engine.Step(arrival.Input, filling.At);
        if (arrival.Source is { } source) cursors[source] = arrival.Position;
        filling.Add(arrival, engine.Record.Events);
        Address(arrival, engine.Record.Answers);
        engine.Record.Clear();
    }

    /// <summary>Whose inbox is each answer for? Most are for earlier messages, whose rounds have closed now.</summary>
    private void Address(in Arrival arrival, List<Answer> answers)
    {
        var id = arrival.ReplyTo is null ? null : IdOf(arrival.Input);
        foreach (var answer in answers)
        {
            // A clash of ids is told to who caused it; the first with that id still waits for its own answer.
            if (answer.Code == "DUPLICATE_ID" || !replies.Remove(answer.Id, out var inbox)) inbox = answer.Id == id ? arrival.ReplyTo : null;
            filling.Answers.Add((answer, inbox));
            if (answer.Id == id) id = null;
        }

        // A bound, not a promise: who does not get an answer here gets it on the outcome subject, or asks again.
        if (id is not null && replies.Count < MaxReplies) replies[id] = arrival.ReplyTo!;
    }

    private static string? IdOf(Input input) =>
        input switch { IntentInput i => i.Intent.IntentId, MalformedInput m => m.IntentId ?? "", CommandInput c => c.CommandId, _ => null };

    private async Task FinishAsync(AppendResult result, CancellationToken ct)
    {
        committed = result.LastSeq;
        platform.Metrics.Committed(sealedBatch, result);
        await answering.SendAsync(sealedBatch.Answers, result.LastSeq, sealedAt, ct);
        if (!SnapshotIsDue || !filling.IsEmpty) return;
        snapshotAt = committed;
        await recovery.SaveAsync(options.Id, engine, cursors, committed, ct);
        log.LogDebug("snapshot at {Position}", committed);
    }

    private async Task WaitAsync(ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, Task? committing, CancellationToken ct)
    {
        // A wait that is still open is used again, so that an idle source does not collect waiters.
        if (mailWaiting is not { IsCompleted: false }) mailWaiting = inbox.WaitToReadAsync(ct).AsTask();
        if (marketWaiting is not { IsCompleted: false }) marketWaiting = signals.WaitToReadAsync(ct).AsTask();
        var market = engine.State.Opened && engine.State.Slices.Count < MaxWaitingSlices ? marketWaiting : mailWaiting;
        await Task.WhenAny(mailWaiting, market, committing ?? mailWaiting, Task.Delay(Tick, ct));
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>The market time whose rounds have waited too long for somebody, if any.</summary>
    private Timestamp? Overdue()
    {
        if (engine.WaitsSince is not { } slice) return null;
        if (slice != waitsFor) (waitsFor, waitsSince) = (slice, platform.Time.GetTimestamp());
        return platform.Time.GetElapsedTime(waitsSince).TotalSeconds >= options.RoundDeadlineSeconds ? slice : null;
    }

    private Timestamp Now() => Timestamp.From(platform.Time.GetUtcNow());
}
