using System.Diagnostics;
using System.Security.Cryptography;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// Decisions alone, on one core, in memory: quotes, intents and watermarks in; votes, checks by every rule, orders and fills out.
/// One engine goes on through all rounds, as a desk's does through its day: what it remembers is full before the clock starts.
/// </summary>
public sealed class EngineBench : IBench
{
    private const int Quotes = 25_000;

    /// <summary>A desk runs several strategies: that many answer each quote, and are weighed against each other; and twice as many.</summary>
    private const int AgentsOfADesk = 5, AgentsOfALargeDesk = 10;

    public IReadOnlyList<string> Names => ["engine.intents_per_s", "engine.intents_per_s.ten_agents", "engine.orders_per_s", "risk.check_ns"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        var hashed = new byte[512];
        var (desk, large, loner) = (new Trader(AgentsOfADesk), new Trader(AgentsOfALargeDesk), new Trader(1));
        // Until the memory of answers is full, and the code compiled for good.
        for (var i = 0; i < 100_000 / Quotes; i++) (desk.Prepare(), large.Prepare(), loner.Prepare(), desk.Decide(), large.Decide(), loner.Decide()).GetHashCode();
        var (intents, ofMany, orders, checks, hashes) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < 9; round++)
        {
            desk.Prepare();
            large.Prepare();
            loner.Prepare();
            Settle();
            intents.Add(Rate(desk.Decide));
            Settle();
            ofMany.Add(Rate(large.Decide));
            Settle();
            orders.Add(Rate(loner.Decide));
            checks.Add(Rate(loner.Check));
            hashes.Add(Rate(() => Hash(hashed)));
        }

        var hash = Interleaved.Median(hashes);
        results.Add("engine.intents_per_s", Interleaved.Median(intents), "intents/s", "SHA-256 of 512 B", hash);
        results.Add("engine.intents_per_s.ten_agents", Interleaved.Median(ofMany), "intents/s", "SHA-256 of 512 B", hash);
        results.Add("engine.orders_per_s", Interleaved.Median(orders), "orders/s", "SHA-256 of 512 B", hash);
        results.Add("risk.check_ns", 1e9 / Interleaved.Median(checks), "ns, all rules", "SHA-256 of 512 B", 1e9 / hash);
        await Task.CompletedTask;
    }

    // Twice: what is new grows old by one generation at a time, and a bench's inputs are not the engine's garbage.
    private static void Settle()
    {
        GC.Collect();
        GC.Collect();
    }

    private static double Rate(Func<int> work)
    {
        var started = Stopwatch.GetTimestamp();
        var done = work();
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static int Hash(byte[] text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < 100_000; i++) SHA256.HashData(text, hash);
        return 100_000;
    }

    private sealed class Trader
    {
        private readonly int agents;
        private readonly PortfolioEngine engine = new(new PortfolioState(Desk.Portfolio), PaperVenue.Factory);
        private readonly IEnumerator<Input> source;
        private readonly Input[] inputs;
        private OrderUnderTest order;

        public Trader(int agents)
        {
            this.agents = agents;
            source = InputSource.Orders(Desk.Quotes(), agents).GetEnumerator();
            inputs = new Input[Quotes * (1 + (2 * agents))];
            foreach (var input in Desk.Opening(agents)) engine.Step(input, Desk.Quotes().First().Time);
            Prepare();
            Decide();
        }

        public int Prepare()
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                source.MoveNext();
                inputs[i] = source.Current;
            }

            return 0;
        }

        /// <returns>Intents.</returns>
        public int Decide()
        {
            var (fills, now) = (0, engine.State.Frontier);
            OrderApproved? last = null;
            var why = "";
            foreach (var input in inputs)
            {
                if (input is SignalInput signal) now = signal.Signal.Time;
                engine.Record.Clear();
                engine.Step(input, now);
                foreach (var recorded in engine.Record.Events)
                {
                    if (recorded.Event is OrderFilled) fills++;
                    else if (recorded.Event is OrderApproved approved) last = approved;
                    else if (recorded.Event is OrderBlocked blocked) why = blocked.Reason;
                    else if (recorded.Event is IntentRefused refused) why = refused.Reason;
                }
            }

            if (fills != Quotes) throw new InvalidOperationException($"{Quotes} rounds gave {fills} fills. {why}");
            AllRulesWereOn(last!);
            order = new OrderUnderTest(last!.Terms, last.Allocation, engine.State, engine.State.Frontier);
            return Quotes * agents;
        }

        public int Check()
        {
            var checks = 0;
            for (var i = 0; i < 20_000; i++) checks += PreTradeCheck.Run(order, engine.State).Length;
            return checks / PreTradeCheck.Run(order, engine.State).Length;
        }

        private static void AllRulesWereOn(OrderApproved approved)
        {
            foreach (var rule in RiskRules.All)
                if (rule.Check is not null && !approved.Checks.Any(c => c.Rule == rule.Code)) throw new InvalidOperationException($"rule {rule.Code} is not on");
        }
    }
}
