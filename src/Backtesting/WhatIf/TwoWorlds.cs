using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>
/// The recorded world and the other one, side by side. The recorded one follows the log. Where a real broker filled, its reports fit the
/// orders of one world alone; then both run with the paper venue, so that what differs comes from the question and not from the venue.
/// </summary>
internal sealed class TwoWorlds
{
    private const int MaxDays = 10_000;

    private readonly SortedDictionary<string, EquityPair> days = new(StringComparer.Ordinal);
    private readonly WhatIfChanges changes;
    private readonly OtherInputs inputs;
    private readonly DecisionPairs pairs;
    private readonly List<Input> told = [];
    private readonly List<DomainEvent> happened = [];
    private readonly PortfolioEngine recorded;
    private PortfolioEngine? other;

    public TwoWorlds(string portfolio, WhatIfChanges changes, DecisionPairs pairs)
    {
        (this.changes, this.pairs) = (changes, pairs);
        inputs = new OtherInputs(changes, portfolio);
        // Before the question a real broker's reports count; an engine that has no venue asks again.
        recorded = new PortfolioEngine(new PortfolioState(portfolio), state => PaperVenue.Factory(state) ?? (other is null ? null : new PaperVenue(new PaperSettings())));
    }

    public PortfolioState Recorded => recorded.State;
    public PortfolioState? Other => other?.State;
    public SortedDictionary<string, decimal> ProfitBefore { get; private set; } = new(StringComparer.Ordinal);
    public bool HasRealBroker => recorded.State is { Opened: true, Venue: not PaperVenue.VenueName };
    public IReadOnlyList<EquityPair> Days => [.. days.Values];

    /// <summary>Of the other world's paper venue.</summary>
    public IReadOnlyDictionary<string, string> Settings
    {
        get
        {
            var settings = HasRealBroker ? [] : recorded.State.VenueSettings.ToDictionary(s => s.Key, s => s.Value);
            foreach (var (name, value) in changes.Venue) settings[name] = value;
            return settings;
        }
    }
    public long Unanswerable => inputs.Unanswerable;

    public void Begin(Timestamp now)
    {
        var state = recorded.State.Opened ? StateSnapshot.FromJson(StateSnapshot.Of(recorded.State).ToJson()).Restore() : new PortfolioState(recorded.State.Portfolio);
        other = new PortfolioEngine(state, _ => new PaperVenue(PaperSettings.Read(Settings)));
        ProfitBefore = AgentProfit.Of(recorded.State);
        foreach (var input in inputs.Opening(state).ToList()) StepOther(input, now);
    }

    /// <param name="log">What the log says that this input caused.</param>
    public void Take(Input input, Timestamp now, Queue<Logged> log)
    {
        if (other is { State.Opened: false } && input is CommandInput { Command: OpenPortfolio { Venue: not PaperVenue.VenueName } })
        {
            // That a broker is the venue, and closed at first, is in the log alone: an engine with a simulated venue never says so. Else orders would be
            // blocked for the broker's sake in one world, and not in the other.
            StepRecorded(input, now, log);
            Begin(now);
            return;
        }

        told.Clear();
        if (other is null) inputs.WarmUp(input);
        else inputs.Change(input, recorded.State, other.State, told);
        StepRecorded(input, now, log);
        foreach (var change in told) StepOther(change, now);
    }

    private void StepRecorded(Input input, Timestamp now, Queue<Logged> log)
    {
        happened.Clear();
        if (other is not null && HasRealBroker)
        {
            if (input is not ReportInput) Step(recorded, input, now);
        }
        else
        {
            foreach (var e in log) if (e.Event is { } known) happened.Add(known);
            recorded.Replay(input, now, log);
        }

        if (other is not null) Tally(recorded.State, isRecorded: true);
    }

    private void StepOther(Input input, Timestamp now)
    {
        happened.Clear();
        Step(other!, input, now);
        Tally(other!.State, isRecorded: false);
    }

    private void Step(PortfolioEngine engine, Input input, Timestamp now)
    {
        engine.Step(input, now);
        while (true)
        {
            foreach (var e in engine.Record.Events) happened.Add(e.Event);
            engine.Record.Clear();
            if (!engine.HasMore) return;
            engine.Step(new ContinueInput(), now);
        }
    }

    private void Tally(PortfolioState state, bool isRecorded)
    {
        foreach (var e in happened)
        {
            pairs.Take(e, state, isRecorded);
            if (e is not TradingDayOpened opened || (days.Count >= MaxDays && !days.ContainsKey(opened.Day))) continue;
            var day = days.GetValueOrDefault(opened.Day) ?? new EquityPair(opened.Day, null, null);
            days[opened.Day] = isRecorded ? day with { Recorded = opened.Equity } : day with { Other = opened.Equity };
        }
    }
}
