using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>Drain, decide, commit; decide the next batch while this one commits.</summary>
public sealed class EngineLoop(
    Platform platform, PortfolioOptions options, RecoveredPortfolio recovered, Recovery recovery, Answering answering,
    LateRepeats late, FirmDesk firm, ILogger log)
{
    private const int MaxWaitingSlices = 20_000;
    private const int MaxReplies = 100_000;
    private const long SnapshotEvery = 100_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly PortfolioEngine engine = recovered.Engine;
    private readonly Dictionary<string, StreamPosition> cursors = new(recovered.Cursors);
    private readonly Dictionary<(string Sender, string Id), string> replies = [];
    private EngineBatch filling = new(options.Id);
    private EngineBatch sealedBatch = new(options.Id);
    private EngineProgress sealedAt;
    private HeadroomUse? sealedUse;
    private long committed = recovered.Position;
    private long snapshotAt = recovered.Position;
    private Task saving = Task.CompletedTask;
    private Task tick = Task.CompletedTask;
    private Timestamp waitsFor = Timestamp.MinValue;
    private long waitsSince;
    private Task<AppendResult>? committing;
    private Task<bool>? commandWaiting;
    private Task<bool>? mailWaiting;
    private Task<bool>? marketWaiting;

    public async Task RunAsync(ChannelReader<Arrival> commands, ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, CancellationToken ct)
    {
        try
        {
            await LoopAsync(commands, inbox, signals, ct);
        }
        finally
        {
            // Whoever comes next reads the log: what is on its way there must have arrived, or failed, by then.
            if (committing is not null) await ((Task)committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LoopAsync(ChannelReader<Arrival> commands, ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, CancellationToken ct)
    {
        firm.Observe(Use());
        filling.Begin(Now());
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            // What waits is decided while the batch before it commits. What comes meanwhile is decided together, after the commit:
            // to wake up for every message costs more than it gains.
            Drain(commands, inbox, signals);
            if (committing is not null)
            {
                await FinishAsync(await committing, ct);
                committing = null;
                Drain(commands, inbox, signals);
            }

            if (filling.IsEmpty)
            {
                if (SnapshotIsDue) TakeSnapshot(ct);
                else await WaitAsync(commands, inbox, signals, ct);
                continue;
            }

            var batch = filling.Seal(engine.State.TapeStream, cursors);
            // What is said after the commit is what was committed: by then the state is that of the next batch.
            sealedAt = new EngineProgress(engine.State.Frontier, 0, (long)cursors.GetValueOrDefault(platform.Subjects.SignalStream).Sequence, engine.State.Slices.Count);
            sealedUse = Use();
            committing = Task.Run(() => platform.Appender.AppendAsync(batch, CancellationToken.None), CancellationToken.None);
            (filling, sealedBatch) = (sealedBatch, filling);
            filling.Begin(Now());
        }
    }

    private void Drain(ChannelReader<Arrival> commands, ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals)
    {
        // A snapshot needs a moment at which everything decided is committed too.
        while (!filling.IsFull && !SnapshotIsDue)
        {
            if (engine.HasMore) Take(new Arrival(new ContinueInput(), null, default));
            // What people ask must not wait behind what machines send: it may be to stop them.
            else if (commands.TryRead(out var command)) Take(command);
            else if (inbox.TryRead(out var mail)) Take(mail);
            // The market waits while the agents are far behind: what it has to say keeps in JetStream.
            else if (engine.State.Opened && engine.State.Slices.Count < MaxWaitingSlices && signals.TryRead(out var signal)) Take(signal);
            else if (Overdue() is { } deadline) Take(new Arrival(new DeadlineInput(deadline), null, default));
            else return;
        }
    }

    private bool SnapshotIsDue => committed - snapshotAt >= SnapshotEvery && saving.IsCompleted;

    private void Take(in Arrival arrival)
    {
        if (arrival is { Input: ProgressInput progress, Source: { } heard } && engine.Knows(progress))
        {
            // Agents repeat themselves while nothing happens; that is nothing to keep.
            cursors[heard] = arrival.Position;
            return;
        }

        if (arrival is { IsLookedUp: false, Input: IntentInput { Intent: var intent, Addressee: var addressee } } && intent.AsOf <= engine.State.Frontier
            && IntentRules.SpeaksForItself(intent, addressee) && engine.State.Intents.Find(intent.Agent, intent.IntentId) is null)
        {
            if (arrival.Source is { } from) cursors[from] = arrival.Position;
            late.LookUp(arrival);
            return;
        }

        engine.Step(arrival.Input, filling.At);
        if (arrival.Source is { } source) cursors[source] = arrival.Position;
        filling.Add(arrival.Input, engine.Record.Events, arrival.ReceivedAt);
        Address(arrival, engine.Record.Answers);
        engine.Record.Clear();
    }

    /// <summary>Whose inbox is each answer for? Most are for earlier messages, whose rounds have closed now.</summary>
    private void Address(in Arrival arrival, List<Answer> answers)
    {
        var told = false;
        foreach (var answer in answers)
        {
            var own = IsOf(answer, arrival.Input);
            // A clash of ids is told to who caused it; the first with that id still waits for its own answer.
            if (answer.Code == "DUPLICATE_ID" || !replies.Remove((answer.Sender, answer.Id), out var inbox)) inbox = own ? arrival.ReplyTo : null;
            filling.Answers.Add((answer, inbox));
            told |= own;
        }

        // A bound, not a promise: who does not get an answer here gets it on the outcome subject, or asks again.
        if (!told && arrival is { ReplyTo: { } replyTo, Input: IntentInput { Intent: var waiting } } && replies.Count < MaxReplies)
            replies[(waiting.Agent, waiting.IntentId)] = replyTo;
    }

    private static bool IsOf(Answer answer, Input input) => input switch
    {
        IntentInput i => answer.Id == i.Intent.IntentId && (answer.Sender == i.Intent.Agent || answer.Sender == i.Addressee.Agent),
        MalformedInput m => answer.Id == (m.IntentId ?? "") && answer.Sender == m.Addressee.Agent,
        CommandInput c => answer.OfCommand && answer.Id == c.CommandId,
        _ => false,
    };

    private async Task FinishAsync(AppendResult result, CancellationToken ct)
    {
        committed = result.LastSeq;
        platform.Metrics.Committed(sealedBatch, result);
        firm.Observe(sealedUse!);
        await answering.SendAsync(sealedBatch.Answers, sealedAt with { Position = result.LastSeq }, ct);
    }

    /// <summary>Taken between two inputs, written down while the next ones are decided.</summary>
    private void TakeSnapshot(CancellationToken ct)
    {
        // A snapshot spares time at the next start, no more: trading goes on without it.
        if (saving.IsFaulted) log.LogWarning("the last snapshot was not kept: {Reason}", saving.Exception?.InnerException?.Message);
        snapshotAt = committed;
        saving = recovery.SaveAsync(options.Id, engine, cursors, committed, ct);
        log.LogDebug("snapshot at {Position}", committed);
    }

    private async Task WaitAsync(ChannelReader<Arrival> commands, ChannelReader<Arrival> inbox, ChannelReader<Arrival> signals, CancellationToken ct)
    {
        // A wait that is still open is used again, so that an idle source does not collect waiters.
        if (commandWaiting is not { IsCompleted: false }) commandWaiting = commands.WaitToReadAsync(ct).AsTask();
        if (mailWaiting is not { IsCompleted: false }) mailWaiting = inbox.WaitToReadAsync(ct).AsTask();
        if (marketWaiting is not { IsCompleted: false }) marketWaiting = signals.WaitToReadAsync(ct).AsTask();
        var market = engine.State.Opened && engine.State.Slices.Count < MaxWaitingSlices ? marketWaiting : mailWaiting;
        if (tick.IsCompleted) tick = Task.Delay(Tick, ct);
        await Task.WhenAny(commandWaiting, mailWaiting, market, tick);
    }

    /// <summary>The market time whose rounds have waited too long for somebody, if any.</summary>
    private Timestamp? Overdue()
    {
        if (engine.WaitsSince is not { } slice) return null;
        if (slice != waitsFor) (waitsFor, waitsSince) = (slice, platform.Time.GetTimestamp());
        return platform.Time.GetElapsedTime(waitsSince).TotalSeconds >= options.RoundDeadlineSeconds ? slice : null;
    }

    private HeadroomUse Use() => new(engine.State.WorstExposure(), engine.State.HeadroomMissed, engine.State.Lease);

    private Timestamp Now() => Timestamp.From(platform.Time.GetUtcNow());
}
