using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.MarketData.Simulation;
using EventSourcedTrading.Strategies.Breakout;
using EventSourcedTrading.Strategies.MeanReversion;
using EventSourcedTrading.Strategies.MovingAverageCross;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Integration;

/// <summary>A log as an engine would have written it, by the same engine, batches and appender, only without NATS.</summary>
internal sealed class WrittenTape(TestDatabase database)
{
    public const string Portfolio = "main";
    private static readonly Dictionary<string, StreamPosition> NothingRead = [];

    public static readonly Dictionary<string, string> Settings = new()
    {
        ["seed"] = "7", ["latencyMs"] = "250", ["participation"] = "0.1", ["feePerShare"] = "0.005", ["feeMinimum"] = "1",
    };

    public static readonly RiskLimits Limits = RiskLimits.None with { MaxDailyLoss = 20_000m, DefaultPositionCap = 300m, DefaultBucketLimit = 60_000m };

    public static IStrategy[] Strategies(IMarketDataSource data)
    {
        string[] ids = [.. data.Instruments.Select(i => i.Id)];
        var none = new Dictionary<string, string>();
        return [new BreakoutPlugin().Create(ids, none), new MeanReversionPlugin().Create(ids, none), new MovingAverageCrossPlugin().Create(ids, none)];
    }

    public static SimulatedMarket Market() => new(new SimulationOptions { Days = 2, Instruments = [.. SimulationOptions.Default.Take(4)] });

    /// <summary>What an engine is told of two days of the simulated market by the three sample strategies.</summary>
    public static IEnumerable<Input> Session(SimulatedMarket data, string venue = PaperVenue.VenueName)
    {
        var opening = new OpenPortfolio(
            "USD", data.Instruments, venue, venue == PaperVenue.VenueName ? Settings : [], new Dictionary<string, decimal> { ["USD"] = 1_000_000m }, Limits, VotingPolicy.Default);
        var desk = new AgentDesk(new BacktestSetup(Portfolio, opening, data, Strategies(data)));
        foreach (var input in desk.Opening()) yield return input;
        if (venue != PaperVenue.VenueName) yield return new VenueInput(true, "the books agree", data.Read().First().Time);
        var inputs = new List<Input>();
        foreach (var signal in data.Read())
        {
            inputs.Clear();
            desk.Show(signal, inputs);
            foreach (var input in inputs) yield return input;
        }
    }

    /// <param name="answer">What a real broker says after an input; null where the paper venue fills.</param>
    public async Task WriteAsync(IEnumerable<Input> inputs, Func<PortfolioEngine, IEnumerable<Input>>? answer = null)
    {
        await using var appender = new EventAppender(database.App);
        var engine = new PortfolioEngine(new PortfolioState(Portfolio), PaperVenue.Factory);
        var batch = new EngineBatch(Portfolio);
        // Later than the market: an intent for a time to come would be refused.
        var at = Timestamp.Parse("2024-06-01T09:00:00Z");
        batch.Begin(at);
        foreach (var input in inputs)
        {
            Take(input);
            while (engine.HasMore) Take(new ContinueInput());
            if (answer is not null) foreach (var said in answer(engine).ToList()) Take(said);
            if (batch.Inputs >= 200) await CommitAsync();
        }

        if (!batch.IsEmpty) await CommitAsync();

        void Take(Input input)
        {
            engine.Step(input, batch.At);
            batch.Add(input, engine.Record.Events, 0);
            engine.Record.Clear();
        }

        async Task CommitAsync()
        {
            await appender.AppendAsync(batch.Seal(engine.State.TapeStream, NothingRead));
            batch.Begin(at += TimeSpan.FromSeconds(1));
        }
    }
}
