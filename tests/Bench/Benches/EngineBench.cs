using System.Diagnostics;
using System.Security.Cryptography;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Risk.Rules;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// Decisions alone, on one core, in memory: quotes, intents and watermarks in; votes, checks by every rule, orders and fills out. The
/// agents of a round agree, so that each round is an order in which each has a share: nothing takes longer. How many agents answer a
/// quote decides how many intents an order is shared by; so several numbers are measured.
/// One engine goes on through all rounds, as a desk's does through its day: what it remembers is full before the clock starts.
/// </summary>
public sealed class EngineBench : IBench
{
    private const int Quotes = 25_000;

    /// <summary>Inputs are made, by the clock's leave, a few at a time: so they are new when they are decided, as a decoder leaves them.</summary>
    private const int QuotesAtOnce = 50;

    private static readonly (string Name, int Agents)[] Desks =
        [("engine.intents_per_s", 20), ("engine.intents_per_s.ten_agents", 10), ("engine.intents_per_s.five_agents", 5), ("engine.orders_per_s", 1)];

    public IReadOnlyList<string> Names => [.. Desks.Select(d => d.Name), "risk.check_ns"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        var hashed = new byte[512];
        var traders = Desks.Select(d => new Trader(d.Agents)).ToArray();
        // Until the memory of answers is full, and the code compiled for good.
        for (var i = 0; i < 100_000 / Quotes; i++)
            foreach (var trader in traders) trader.Decide();
        var rates = Desks.Select(_ => new List<double>()).ToArray();
        var (checks, hashes) = (new List<double>(), new List<double>());
        for (var round = 0; round < 9; round++)
        {
            for (var i = 0; i < traders.Length; i++) rates[i].Add(traders[i].Decide());
            checks.Add(Rate(traders[^1].Check));
            hashes.Add(Rate(() => Hash(hashed)));
        }

        var hash = Interleaved.Median(hashes);
        for (var i = 0; i < Desks.Length; i++)
            results.Add(Desks[i].Name, Interleaved.Median(rates[i]), Desks[i].Agents == 1 ? "orders/s" : "intents/s", "SHA-256 of 512 B", hash);
        results.Add("risk.check_ns", 1e9 / Interleaved.Median(checks), "ns, all rules", "SHA-256 of 512 B", 1e9 / hash);
        await Task.CompletedTask;
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
        private readonly Timestamp began = Desk.Quotes().First().Time;
        private Timestamp now;
        private OrderUnderTest order;

        public Trader(int agents)
        {
            this.agents = agents;
            source = InputSource.Orders(Desk.Quotes(), agents).GetEnumerator();
            inputs = new Input[QuotesAtOnce * (1 + (2 * agents))];
            foreach (var input in Desk.Opening(agents)) engine.Step(input, now = began);
            Decide();
        }

        /// <returns>Intents a second.</returns>
        public double Decide()
        {
            var (fills, clock) = (0, new Stopwatch());
            OrderApproved? last = null;
            var why = "";
            for (var quotes = 0; quotes < Quotes; quotes += QuotesAtOnce)
            {
                Prepare();
                clock.Start();
                foreach (var input in inputs)
                {
                    // The market goes at half the speed of the clock: so twenty agents stay within the highest message rate that can be set.
                    if (input is SignalInput signal) now = signal.Signal.Time + (signal.Signal.Time - began);
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

                clock.Stop();
            }

            if (fills != Quotes) throw new InvalidOperationException($"{Quotes} rounds gave {fills} fills. {why}");
            AllRulesWereOn(last!);
            order = new OrderUnderTest(last!.Terms, last.Allocation, engine.State, engine.State.Frontier);
            return Quotes * agents / clock.Elapsed.TotalSeconds;
        }

        private void Prepare()
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                source.MoveNext();
                inputs[i] = source.Current;
            }
        }

        public int Check()
        {
            var checks = 0;
            for (var i = 0; i < 20_000; i++) checks += PreTradeCheck.Run(order, engine.State).Length;
            return checks / PreTradeCheck.Run(order, engine.State).Length;
        }

        private static void AllRulesWereOn(OrderApproved approved)
        {
            // A simulated venue is always open, and the order has no bracket: their rules say nothing.
            foreach (var rule in RiskRules.All.Where(r => r.Code is not (VenueOpen.Code or BracketUnsupported.Code or BracketSides.Code)))
                if (rule.Check is not null && !approved.Checks.Any(c => c.Rule == rule.Code)) throw new InvalidOperationException($"rule {rule.Code} is not on");
        }
    }
}
