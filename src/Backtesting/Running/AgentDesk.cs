using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>
/// The agents of a portfolio at one table. It shows them the market and writes down what the engine gets to hear, in the words in which
/// they would send it live: signal, intents, and at the end of each market time how far everybody has come.
/// </summary>
public sealed class AgentDesk
{
    private readonly BacktestSetup setup;
    private readonly Seat[] seats;
    private readonly Dictionary<string, Seat[]> wanting;
    private readonly List<Proposal> proposals = [];

    public AgentDesk(BacktestSetup setup)
    {
        this.setup = setup;
        seats = [.. setup.Strategies.OrderBy(s => s.Description.Agent, StringComparer.Ordinal).Select(s => new Seat(s))];
        wanting = seats.SelectMany(s => s.Strategy.Description.Instruments.Distinct(StringComparer.Ordinal), (seat, instrument) => (seat, instrument))
            .GroupBy(w => w.instrument, w => w.seat, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>What comes before the first signal.</summary>
    public IEnumerable<Input> Opening()
    {
        yield return new CommandInput("open", "configuration", "the run begins", setup.Opening);
        foreach (var seat in seats)
        {
            var d = seat.Strategy.Description;
            yield return new CommandInput($"load-{d.Agent}", "configuration", "the run begins", new LoadStrategy(d.Agent, d.Summary, d.Instruments, d.Parameters));
        }
    }

    /// <summary>Adds a signal and all that follows from it to <paramref name="inputs"/>.</summary>
    public void Show(Signal signal, List<Input> inputs)
    {
        inputs.Add(new SignalInput(signal));
        if (wanting.TryGetValue(signal.Instrument, out var asked))
            foreach (var seat in asked) Ask(seat, signal, inputs);
        if (!signal.SliceEnd) return;
        foreach (var seat in seats)
            if (!seat.Failed) inputs.Add(new ProgressInput(seat.Agent, signal.Time, seat.Sent));
    }

    /// <summary>What the agents remember, so that they can go on elsewhere.</summary>
    public IReadOnlyList<SeatState> Capture() => [.. seats.Select(s => new SeatState(s.Agent, s.Sent, s.Failed, s.Failed ? null : s.Strategy.Capture()))];

    /// <exception cref="ArgumentException">The state is of other agents.</exception>
    public void Restore(IReadOnlyList<SeatState> state)
    {
        if (!state.Select(s => s.Agent).SequenceEqual(seats.Select(s => s.Agent), StringComparer.Ordinal))
            throw new ArgumentException($"the state is of {string.Join(", ", state.Select(s => s.Agent))}; the agents are {string.Join(", ", seats.Select(s => s.Agent))}.", nameof(state));
        for (var i = 0; i < seats.Length; i++)
        {
            (seats[i].Sent, seats[i].Failed) = (state[i].Sent, state[i].Failed);
            if (state[i].Memory is { } memory) seats[i].Strategy.Restore(memory);
        }
    }

    private void Ask(Seat seat, Signal signal, List<Input> inputs)
    {
        if (seat.Failed) return;
        try
        {
            seat.Strategy.OnSignal(signal, proposals);
        }
        catch (Exception e)
        {
            // As live: it is quarantined, and the others go on without it.
            seat.Failed = true;
            proposals.Clear();
            inputs.Add(new AgentFailedInput(seat.Agent, $"threw {e.GetType().Name} at {signal.Feed}:{signal.Sequence}: {e.Message}"));
        }

        if (proposals.Count == 0) return;
        if (signal.Time >= setup.TradeFrom)
        {
            foreach (var proposal in proposals)
                inputs.Add(new IntentInput(Intent.From(proposal, signal, setup.Portfolio, seat.Agent, ++seat.Sent), seat.Addressee(setup.Portfolio)));
        }

        proposals.Clear();
    }

    private sealed class Seat(IStrategy strategy)
    {
        private Addressee? addressee;

        public IStrategy Strategy { get; } = strategy;
        public string Agent { get; } = strategy.Description.Agent;
        public long Sent { get; set; }
        public bool Failed { get; set; }

        public Addressee Addressee(string portfolio) => addressee ??= new Addressee(portfolio, Agent);
    }
}

/// <param name="Sent">Intents so far.</param>
/// <param name="Failed">It threw, and is quarantined.</param>
/// <param name="Memory">What its strategy gave; null if it has failed.</param>
public sealed record SeatState(string Agent, long Sent, bool Failed, JsonElement? Memory);
