using System.Text;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests;

/// <summary>Given inputs, when inputs, then events: the pure engine with the paper venue. Keeps the log, so that it can be replayed.</summary>
internal sealed class Scenario
{
    public const string Portfolio = "alpha";
    private readonly List<(Input Input, Logged[] Events)> tape = [];

    private readonly List<Timestamp> clocks = [];

    public PortfolioEngine Engine { get; private set; } = new(new PortfolioState(Portfolio), PaperVenue.Factory);
    public PortfolioState State => Engine.State;
    public IReadOnlyList<DomainEvent> Events { get; private set; } = [];
    public IReadOnlyList<Answer> Answers { get; private set; } = [];
    public IReadOnlyList<(Input Input, Logged[] Events)> Tape => tape;

    /// <summary>Every event since the beginning.</summary>
    public IEnumerable<DomainEvent> Log => tape.SelectMany(t => t.Events).Select(e => e.Event!);

    /// <summary>The wall clock: later than every market time of the tests.</summary>
    public static readonly Timestamp Now = Some.Time(100_000_000);

    /// <summary>The wall clock of the next inputs, for tests in which it moves.</summary>
    public Timestamp Clock { get; set; } = Now;

    public static Scenario Given(params Input[] inputs) => new Scenario().When(inputs);

    public Scenario When(params Input[] inputs)
    {
        List<DomainEvent> events = [];
        List<Answer> answers = [];
        foreach (var input in inputs)
        {
            Engine.Record.Clear();
            Engine.Step(input, Clock);
            clocks.Add(Clock);
            tape.Add((input, [.. Engine.Record.Events.Select(e => new Logged(e.Stream, e.Version, e.Event))]));
            events.AddRange(Engine.Record.Events.Select(e => e.Event));
            answers.AddRange(Engine.Record.Answers);
        }

        (Events, Answers) = (events, answers);
        return this;
    }

    /// <summary>The engine dies, and another goes on from its snapshot.</summary>
    public void RestartFromSnapshot() => Engine = new(StateSnapshot.FromJson(StateSnapshot.Of(State).ToJson()).Restore(), PaperVenue.Factory);

    /// <summary>The engine dies, and another goes on from the log, as it was written.</summary>
    public void RestartFromLog()
    {
        Engine = new(new PortfolioState(Portfolio), PaperVenue.Factory);
        for (var i = 0; i < tape.Count; i++)
        {
            Engine.Replay(tape[i].Input, clocks[i], new Queue<Logged>(tape[i].Events.Select(e =>
                e with { Event = EventJson.Deserialize(EventJson.AliasOf(e.Event!), EventJson.Serialize(e.Event!)) })));
        }

        Assert.Equal(0, Engine.Record.Differences);
    }

    /// <summary>Exactly these events, in this order; that every command is answered is tested once, and left out here.</summary>
    public Scenario Then(params string[] aliases)
    {
        Assert.Equal(aliases, Events.Where(e => e is not CommandAnswered).Select(EventJson.AliasOf));
        return this;
    }

    /// <summary>Leaves out events that a test is not about.</summary>
    public Scenario Except(string alias)
    {
        Events = [.. Events.Where(e => EventJson.AliasOf(e) != alias)];
        return this;
    }

    public T Only<T>() where T : DomainEvent => Assert.Single(Events.OfType<T>());

    public Answer AnswerTo(string id) => Assert.Single(Answers, a => a.Id == id);

    public static string Text(DomainEvent e) => $"{EventJson.AliasOf(e)} {Encoding.UTF8.GetString(EventJson.Serialize(e))}";

    /// <summary>Decisions, orders and fills as text, in order: what must not depend on the order of arrival.</summary>
    public string[] Outcome => [.. Log.Where(e => e is DecisionMade || EventJson.AliasOf(e).StartsWith("order_", StringComparison.Ordinal)).Select(Text)];
}
