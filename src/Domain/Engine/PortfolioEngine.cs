using System.Runtime.InteropServices;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// One portfolio's decisions: inputs in, events out, no clock, no I/O. Market time moves in slices; a slice is worked off when every
/// active agent has passed it, so neither the order in which intents arrive nor the speed of the machine changes a decision.
/// </summary>
/// <param name="venues">Finds the simulated venue of a portfolio by name and settings; null means a real broker answers instead.</param>
public sealed partial class PortfolioEngine(PortfolioState state, Func<PortfolioState, ISimulatedVenue?> venues)
{
    /// <summary>Events after which one input makes way for a commit; what is left goes on with the next input.</summary>
    public const int MaxEventsPerInput = 1_000;

    private readonly Record record = new(state);
    private readonly List<ExecutionReport> reports = [];
    private readonly List<InstrumentBook> moved = [];
    private ISimulatedVenue? venue;

    public PortfolioState State => state;

    /// <summary>Events and answers of the inputs since <see cref="Record.Clear"/>.</summary>
    public Record Record => record;

    /// <summary>Takes one input and puts on record what follows from it.</summary>
    /// <param name="now">The wall clock when the input was taken up; the tape keeps it.</param>
    public void Step(Input input, Timestamp now)
    {
        record.Puts = 0;
        switch (input)
        {
            case SignalInput signal: OnSignal(signal.Signal); break;
            case IntentInput intent: OnIntent(intent, now); break;
            case ProgressInput progress: OnProgress(progress); break;
            case MalformedInput malformed: OnMalformed(malformed); break;
            case ReportInput report: OnReport(report.Report); break;
            case VenueInput told: OnVenue(told); break;
            case FirmInput firm: OnFirm(firm); break;
            case DeadlineInput deadline: Advance(deadline.AsOf); break;
            case CommandInput command: OnCommand(command); break;
            case AgentFailedInput failed: OnAgentFailed(failed); break;
            case ContinueInput: Advance(); break;
            default: throw new ArgumentException($"{input.GetType().Name} is not an input of the engine", nameof(input));
        }

        Protect(state.Frontier);
    }

    /// <summary>
    /// Takes one input again whose events the log already has. The log's events are applied; what this code would have decided
    /// differently is only counted, in <see cref="Record.Differences"/>.
    /// </summary>
    public void Replay(Input input, Timestamp now, Queue<Logged> events)
    {
        record.Follow(events);
        Step(input, now);
        record.Unfollow();
    }

    /// <summary>Is the market ahead of the agents: a complete slice waits for somebody's watermark?</summary>
    public Timestamp? WaitsSince => state.Slices.First is { Complete: true } slice ? slice.Time : null;

    /// <summary>Is there work that the last input left undone? Then a <see cref="ContinueInput"/> is due.</summary>
    public bool HasMore => state.Slices.First is { Complete: true } slice && !IsHeldUp(slice.Time);

    /// <summary>Would this progress change nothing?</summary>
    public bool Knows(ProgressInput progress) => !state.Agents.TryGetValue(progress.Agent, out var seat) || progress.AsOf <= seat.Watermark;

    private ISimulatedVenue? Venue => venue ??= state.Opened ? venues(state) : null;

    private void OnIntent(IntentInput input, Timestamp now)
    {
        var intent = input.Intent;
        // Refused or not, it has arrived: a number that is not counted would hold up its sender's watermark for good. But only what
        // the agent itself has sent: another's message must not let a round close before the agent has spoken.
        var counted = state.Agents.TryGetValue(intent.Agent, out var seat) && IntentRules.SpeaksForItself(intent, input.Addressee) && seat.Count(intent.Sequence);
        if (counted) WelcomeBack(seat!);
        if (IntentRules.Misaddressed(intent, input.Addressee, seat, state) is { } misaddressed)
        {
            Refuse(intent, misaddressed, input.Addressee.Agent);
            if (counted) Advance();
            return;
        }

        var fingerprint = Fingerprint.Of(intent);
        if (!state.Intents.TryRemember(new Remembered(seat!.Agent, intent.IntentId, fingerprint), out var earlier))
        {
            if (earlier.Fingerprint == fingerprint)
            {
                // While it is undecided the answer is still to come; the agent will get it then.
                if (earlier.Answer is { } answer) record.Repeat(answer);
                return;
            }

            Refuse(intent, new("DUPLICATE_ID", $"intentId '{intent.IntentId}' was used before with other content; choose a new id for a new intent"), intent.Agent);
            if (counted) Advance();
            return;
        }

        if ((MessageRate.Take(intent.Agent, state, now) ?? IntentRules.Check(intent, seat!, state, now)) is { } refusal)
        {
            RefuseForGood(intent, refusal);
        }
        else
        {
            var id = state.Rounds.TryGet(intent.AsOf, intent.Instrument, out var round)
                ? round.DecisionId : Round.IdOf(state.Portfolio, intent.Instrument, intent.AsOf);
            record.Put(new IntentReceived(id, intent), id, Cause.Of("signal", intent.SignalId));
        }

        Advance();
    }

    private void OnMalformed(MalformedInput input)
    {
        record.Put(new IntentRefused(
            state.Portfolio, input.IntentId, input.Addressee.Agent, input.Code, input.Reason, input.Raw, input.RawLength, input.RawSha256),
            null, Cause.Of("intent", input.IntentId ?? input.RawSha256));
        record.Repeat(new Answer(input.IntentId ?? "", input.Addressee.Agent, new Result("refused", input.Code, input.Reason)));
    }

    /// <summary>Turns an intent away, as the first and last word on its id.</summary>
    private void RefuseForGood(Intent intent, Refusal refusal) => record.Reply(Refuse(intent, refusal), state.Intents);

    /// <summary>Turns a message away without touching what its id stands for.</summary>
    private void Refuse(Intent intent, Refusal refusal, string to) => record.Repeat(Refuse(intent, refusal) with { Sender = to });

    private Answer Refuse(Intent intent, Refusal refusal)
    {
        record.Put(new IntentRefused(state.Portfolio, intent.IntentId, intent.Agent, refusal.Code, refusal.Reason, "", 0, ""), null, Cause.Of("intent", intent.IntentId));
        return new Answer(intent.IntentId, intent.Agent, Result.Of(refusal));
    }

    private void OnProgress(ProgressInput input)
    {
        if (!state.Agents.TryGetValue(input.Agent, out var seat)) return;
        seat.Promise(input.AsOf, input.Sent);
        WelcomeBack(seat);
        Advance();
    }

    private void OnAgentFailed(AgentFailedInput input)
    {
        if (!state.Agents.TryGetValue(input.Agent, out var seat) || seat.Status == SeatStatus.Quarantined) return;
        record.Put(new StrategyQuarantined(state.Portfolio, input.Agent, input.Reason), null);
        Advance();
    }

    private void OnSignal(Signal signal)
    {
        if (!state.Opened) return;
        ref var position = ref CollectionsMarshal.GetValueRefOrAddDefault(state.FeedPositions, signal.Feed, out _);
        if (signal.Sequence <= position) return;
        position = signal.Sequence;
        var last = state.Slices.Last;
        if (last is null || signal.Time > last.Time)
        {
            // Whoever sends a later time has finished the earlier one. A straggler is taken up with the latest slice.
            if (last is not null) last.Complete = true;
            last = state.Slices.Add(Timestamp.Max(signal.Time, state.Frontier));
        }

        last.Signals.Add(signal);
        if (signal.SliceEnd) last.Complete = true;
        Advance();
    }
}
