using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>
/// Writes what an engine would write, batch for batch: the tape first, then the events of each input. Several portfolios share
/// one log. Prices, decisions and fates of orders come from the seed, so a session can be had again.
/// </summary>
internal sealed partial class Session
{
    public static readonly Instrument Spy = new("SPY.ARCX", "USD", Bucket: "us-equity");
    public static readonly Instrument Sap = new("SAP.XETR", "EUR", Bucket: "eu-equity");
    public static readonly Instrument Future = new("ES.XCME", "USD", Multiplier: 50m, TickSize: 0.25m, Bucket: "us-equity");
    public static readonly Instrument EurUsd = new("EURUSD.XOFF", "USD", TickSize: 0.0001m, Bucket: "fx", ConvertsFrom: "EUR");
    public static readonly string[] Agents = ["breakout@1.0.0", "meanrev@2.1.0", "trend@1.3.0"];

    private readonly Random random;
    private readonly Dictionary<string, long> versions = [];
    private readonly Dictionary<string, decimal> marks = [];
    private readonly Dictionary<(string, string), Held> whole = [];
    private readonly Dictionary<(string, string, string), Held> shares = [];
    private readonly Dictionary<string, OrderTerms> working = [];
    private readonly Dictionary<string, (decimal Filled, IReadOnlyList<Allocation> Allocation, int Fills)> fills = [];
    private readonly Dictionary<string, int> orders = [];
    private readonly Dictionary<string, Instrument> instruments;
    private readonly List<(string Kind, List<PendingEvent> Events, string Data)> inputs = [];
    private readonly string[] portfolios;
    private long signal;

    public Session(int seed, params string[] portfolios)
    {
        random = new Random(seed);
        this.portfolios = portfolios;
        instruments = new[] { Spy, Sap, Future, EurUsd }.ToDictionary(i => i.Id);
        marks[Spy.Id] = 167m;
        marks[Sap.Id] = 52m;
        marks[Future.Id] = 1670m;
        marks[EurUsd.Id] = 1.35m;
    }

    public Timestamp Now { get; private set; } = Timestamp.Parse("2013-10-07T13:30:00Z");

    /// <summary>All batches of a session, each ready to be appended as one.</summary>
    public IEnumerable<AppendBatch> Batches(int count)
    {
        foreach (var p in portfolios)
        {
            Open(p);
            yield return Batch(p);
        }

        for (var i = 0; i < count; i++)
        {
            var p = portfolios[random.Next(portfolios.Length)];
            for (var n = random.Next(1, 6); n > 0; n--) Step(p);
            yield return Batch(p);
        }
    }

    public void Open(string p)
    {
        var events = new List<PendingEvent>
        {
            Event($"portfolio-{p}", new PortfolioOpened(
                p, p.Contains("eur", StringComparison.Ordinal) ? "EUR" : "USD", [.. instruments.Values], "paper", new Dictionary<string, string>(), "ops", "start")),
            Event($"portfolio-{p}", new CashMoved(p, "USD", 1_000_000m, "ops", "deposit")),
            Event($"portfolio-{p}", new CashMoved(p, "EUR", 250_000m, "ops", "deposit")),
            Event($"portfolio-{p}", new RiskLimitsSet(p, RiskLimits.None with { MaxDailyLoss = 5_000m }, "ops", "start")),
            Event($"portfolio-{p}", new VotingPolicySet(p, VotingPolicy.Default, "ops", "start")),
        };
        foreach (var agent in Agents)
        {
            var stream = $"strategy-{p}-{agent.Split('@')[0]}";
            events.Add(Event(stream, new StrategyRegistered(p, agent, "sample", [Spy.Id], new Dictionary<string, string> { ["window"] = "20" }, "ops")));
            events.Add(Event(stream, new StrategyLoaded(p, agent, "ops")));
        }

        events.Add(Event($"portfolio-{p}", new TradingDayOpened(p, Day, 1_000_000m, Now)));
        Input("command", "\"open\"", events);
    }

    private string Day => Now.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Step(string p)
    {
        var dice = random.Next(100);
        var mine = working.Values.Where(o => o.Portfolio == p).ToList();
        if (Corporate && random.Next(8) == 0) Corporation(p);
        else if (dice < 35) Signal(p, instruments.Keys.ElementAt(random.Next(instruments.Count)));
        else if (dice < 60) Decide(p);
        else if (dice < 90 && mine.Count > 0) Report(p, mine[random.Next(mine.Count)]);
        else if (dice < 94) Risk(p);
        else if (dice < 97) NewDay(p);
        else Operate(p);
    }

    public Signal Signal(string p, string instrument, List<PendingEvent>? caused = null)
    {
        Now += TimeSpan.FromSeconds(random.Next(1, 90));
        var tick = instruments[instrument].TickSize;
        marks[instrument] = Math.Max(tick * 10, marks[instrument] + (random.Next(-20, 21) * tick));
        var half = random.Next(2) == 0;
        var fact = half
            ? new Signal { Kind = SignalKind.Quote, Instrument = instrument, Time = Now, Feed = "sim", Sequence = ++signal, Bid = marks[instrument] - tick, Ask = marks[instrument] + tick, BidSize = 1, AskSize = 1 }
            : new Signal { Kind = SignalKind.Trade, Instrument = instrument, Time = Now, Feed = "sim", Sequence = ++signal, Price = marks[instrument], Size = 10 };
        Input("signal", Encoding.UTF8.GetString(SignalJson.Write(fact)), caused ?? []);
        return fact;
    }

    private void Decide(string p)
    {
        var instrument = instruments.Values.ElementAt(random.Next(instruments.Count - 1));
        var seen = Signal(p, instrument.Id);
        var decision = $"{p}-{instrument.Id}-{Now.ToCompactString()}";
        var side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
        var voters = Agents.Where(_ => random.Next(3) > 0).ToArray();
        var votes = new List<Vote>();
        foreach (var agent in voters)
        {
            var intent = new Intent($"{decision}-{agent}", p, agent, instrument.Id, side, random.Next(1, 6) * 10, OrderType.Market, null, null, TimeInForce.Day, 0.7m, "because", new Dictionary<string, decimal> { ["z"] = -1.5m }, Now, $"{seen.Feed}:{seen.Sequence}");
            votes.Add(new Vote(agent, intent.IntentId, side, intent.Quantity, 0.7m, 1m, 0.7m, "because"));
            Input("intent", JsonSerializer.Serialize(intent, EventJson.Options), [Event($"round-{decision}", new IntentReceived(decision, intent), decision)]);
        }

        var quantity = votes.Count == 0 ? 0m : votes.Max(v => v.Quantity);
        var orderId = quantity > 0m ? $"{p}-{orders[p] = orders.GetValueOrDefault(p) + 1}" : null;
        var allocation = votes.Count == 0 ? [] : votes.Select((v, i) => new Allocation(v.Agent, i < votes.Count - 1 ? decimal.Floor(quantity / votes.Count) : quantity - (decimal.Floor(quantity / votes.Count) * (votes.Count - 1)))).ToList();
        var events = new List<PendingEvent>
        {
            Event($"round-{decision}", new DecisionMade(
                decision, p, instrument.Id, Now, quantity == 0m ? DecisionAction.Hold : side == Side.Buy ? DecisionAction.Buy : DecisionAction.Sell, quantity,
                OrderType.Market, null, null, TimeInForce.Day, "confidenceWeighted", votes, Agents.Except(voters).ToList(), [], allocation, false, "0.7 + 0.7", "share above threshold", orderId), decision),
        };
        if (orderId is not null)
        {
            var terms = new OrderTerms(orderId, p, decision, instrument.Id, side, quantity, OrderType.Market, null, null, TimeInForce.Day);
            var blocked = random.Next(5) == 0;
            RiskCheck[] checks = [new("DAILY_LOSS", 12.5m, 5_000m, "USD", true, "fine"), new("POSITION_CAP", quantity, 200m, "units", !blocked, blocked ? "too much" : "fine")];
            if (blocked)
            {
                events.Add(Event($"order-{orderId}", new OrderBlocked(terms, allocation, checks, marks[instrument.Id], "POSITION_CAP", Now), decision));
                events.Add(Event($"risk-{p}", new RiskViolationDetected(p, "POSITION_CAP", ViolationKind.Blocked, quantity, 200m, "units", instrument.Id, orderId, decision, "too much", Now), decision));
            }
            else
            {
                events.Add(Event($"order-{orderId}", new OrderApproved(terms, allocation, checks, marks[instrument.Id], quantity * marks[instrument.Id] * instrument.Multiplier, Now), decision));
                events.Add(Event($"order-{orderId}", new OrderSubmissionAttempted(orderId, "paper", Now), decision));
                working[orderId] = terms;
                fills[orderId] = (0m, allocation, 0);
            }
        }

        Input("deadline", "\"struck\"", events);
    }

    private void Report(string p, OrderTerms terms)
    {
        var id = terms.OrderId;
        var stream = $"order-{id}";
        DomainEvent @event = random.Next(12) switch
        {
            0 => new OrderCancelRequested(id, "ops", "changed my mind", Now),
            1 => End(new OrderCancelled(id, terms.Quantity - fills[id].Filled, "asked for", Now)),
            2 => fills[id].Filled == 0m ? End(new OrderRejected(id, "venue closed", Now)) : End(new OrderExpired(id, terms.Quantity - fills[id].Filled, "day is over", Now)),
            3 => new OrderInDoubt(id, "no answer in 5 s", Now),
            4 => new OrderAnomalyNoted(id, OrderState.New, "fill", "sequence is off", Now),
            5 => new OrderSubmitted(id, "paper", Now),
            6 => new OrderAcknowledged(id, $"B{id}", Now),
            _ => Fill(terms),
        };
        Input("report", "{\"orderId\":\"" + id + "\"}", [Event(stream, @event, terms.DecisionId)]);

        DomainEvent End(DomainEvent last)
        {
            working.Remove(id);
            return last;
        }
    }

    public DomainEvent Fill(OrderTerms terms)
    {
        var (filled, allocation, count) = fills[terms.OrderId];
        var leaves = terms.Quantity - filled;
        var quantity = random.Next(2) == 0 ? leaves : Math.Min(leaves, random.Next(1, 20));
        var instrument = instruments[terms.Instrument];
        var price = marks[terms.Instrument] + (random.Next(-2, 3) * instrument.TickSize);
        var fee = Math.Round(quantity * 0.0051m, 4);
        var held = whole.TryGetValue((terms.Portfolio, terms.Instrument), out var known) ? known : whole[(terms.Portfolio, terms.Instrument)] = new Held();
        var realised = held.Book(quantity * terms.Side.Sign(), price, instrument.Multiplier);
        var parts = new List<ExecutionShare>();
        var (quantityLeft, feeLeft) = (quantity, fee);
        for (var i = 0; i < allocation.Count; i++)
        {
            var last = i == allocation.Count - 1;
            var part = last ? quantityLeft : Math.Round(quantity * allocation[i].Quantity / terms.Quantity, 6);
            var partOfFee = last ? feeLeft : Math.Round(fee * allocation[i].Quantity / terms.Quantity, 6);
            (quantityLeft, feeLeft) = (quantityLeft - part, feeLeft - partOfFee);
            var key = (terms.Portfolio, allocation[i].Agent, terms.Instrument);
            var own = shares.TryGetValue(key, out var share) ? share : shares[key] = new Held();
            var gain = own.Book(part * terms.Side.Sign(), price, instrument.Multiplier);
            parts.Add(new ExecutionShare(allocation[i].Agent, part, partOfFee, gain, own.Quantity, own.Cost));
        }

        fills[terms.OrderId] = (filled + quantity, allocation, count + 1);
        var execution = new Execution(
            terms.OrderId, $"{terms.OrderId}-{count + 1}", terms.Portfolio, terms.DecisionId, terms.Instrument, terms.Side, quantity, price, fee, instrument.Currency,
            filled + quantity, leaves - quantity, realised, held.Quantity, held.Cost, parts, Now);
        if (quantity < leaves) return new OrderPartiallyFilled(execution);
        working.Remove(terms.OrderId);
        return new OrderFilled(execution);
    }

    private void Risk(string p)
    {
        DomainEvent @event = random.Next(4) switch
        {
            0 => new RiskViolationDetected(p, "BUCKET", ViolationKind.Breach, 12m, 10m, "USD", null, null, null, "market moved", Now),
            1 => new DailyLossLimitReached(p, Day, 5_100m, 5_000m, "USD", Now),
            2 => new KillSwitchEngaged(p, KillSwitchScope.Portfolio, null, KillSwitchMode.ReduceOnly, "ops", "drill"),
            _ => new KillSwitchReleased(p, KillSwitchScope.Portfolio, null, "ops", "drill over"),
        };
        Input("command", "\"risk\"", [Event($"risk-{p}", @event)]);
    }

    private void NewDay(string p)
    {
        // The engine opens a day when its agents have come so far: the first signals of the day lie on the tape before that.
        Now = Timestamp.FromDateTime(Now.ToDateTime().Date.AddDays(random.Next(1, 4)).AddHours(13));
        for (var n = random.Next(1, 4); n > 0; n--) Signal(p, instruments.Keys.ElementAt(random.Next(instruments.Count)));
        Input("progress", "\"done\"", [Event($"portfolio-{p}", new TradingDayOpened(p, Day, 1m, Now))]);
    }

    private void Operate(string p)
    {
        var agent = Agents[random.Next(Agents.Length)];
        var stream = $"strategy-{p}-{agent.Split('@')[0]}";
        Input("command", "\"operate\"", random.Next(3) switch
        {
            0 => [Event(stream, new StrategyPaused(p, agent, "ops", "news"))],
            1 => [Event(stream, new StrategyResumed(p, agent, "ops", "calm"))],
            _ => [Event($"portfolio-{p}", new CashMoved(p, "EUR", random.Next(-500, 500), "ops", "sweep"))],
        });
    }

    public void Input(string kind, string data, List<PendingEvent> events) =>
        inputs.Add((kind, events, data));

    /// <summary>Closes the batch: the tape gets the first place, the events follow in the order of their inputs.</summary>
    public AppendBatch Batch(string p)
    {
        var tape = Event($"tape-{p}", new InputsRecorded(p, Now, [new TapeCursor("SIGNALS", "1", signal, "1")], [.. inputs.Select(i => new TapeEntry(i.Kind, i.Events.Count, JsonDocument.Parse(i.Data).RootElement))]));
        var batch = new AppendBatch([tape, .. inputs.SelectMany(i => i.Events)], Now.ToDateTimeOffset());
        inputs.Clear();
        return batch;
    }

    public PendingEvent Event(string stream, DomainEvent @event, string? decision = null, string? cause = null)
    {
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        return new PendingEvent(stream, version, EventJson.AliasOf(@event), EventId.For(stream, version), EventJson.Serialize(@event), decision, cause);
    }

    /// <summary>A holding at average cost, worked out by itself: not the engine's own arithmetic.</summary>
    private sealed class Held
    {
        public decimal Quantity { get; private set; }
        public decimal Cost { get; private set; }

        public void Become(decimal quantity, decimal cost) => (Quantity, Cost) = (quantity, cost);

        public decimal Book(decimal change, decimal price, decimal multiplier)
        {
            var closing = decimal.Sign(change) == -decimal.Sign(Quantity) ? Math.Min(Math.Abs(change), Math.Abs(Quantity)) * decimal.Sign(change) : 0m;
            var costClosed = closing == 0m ? 0m : closing == -Quantity ? Cost : Math.Round(Cost * -closing / Quantity, 10);
            var opening = change - closing;
            Quantity += change;
            Cost = Cost - costClosed + (opening * price * multiplier);
            return (-closing * price * multiplier) - costClosed;
        }
    }
}
