using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Reports;

/// <summary>What each algorithm wanted, what was decided, and what came of it.</summary>
public static class DecisionLog
{
    public static readonly ReportDefinition Definition = new(
        "decisions", "Decision log per algorithm", "every decision with votes, inputs, reasons and outcome, and each algorithm's record",
        "Regulation (EU) 2017/589 (RTS 6) asks a firm that trades by algorithm to know how its algorithms behave, to review them every year (article 9) and to "
        + "watch them in real time (article 16); records of orders name the algorithm that is responsible for an investment decision. A decision here is made by a meta-agent out of the votes of "
        + "algorithms, each a strategy in one version, or by a person who overrides them. Every decision is listed with who voted what, on which inputs, "
        + "with which weight and why, who is answerable for which share, and what was realised. Outcomes are as known at the checkpoint.",
        [
            .. OrderRecords.OrderTypes, EventJson.AliasOf<IntentReceived>(), EventJson.AliasOf<IntentRefused>(), EventJson.AliasOf<DecisionMade>(),
            EventJson.AliasOf<DecisionOverridden>(),
        ],
        [
            new("market data that a signal id names", "on the tape; `est explain decision ID` shows it with the rest"),
            new("source code and parameters of an algorithm", "strategy_registered has the parameters; the code belongs to the version that the name carries"),
            new("profit that is not realised", "only what fills realised, before fees, by each agent's own average cost"),
            new("registered codes of algorithms and persons", "the log has names and versions"),
        ],
        BuildAsync);

    internal sealed record Refused(LogEvent Log, IntentRefused Event);

    internal sealed record Waiting(LogEvent Log, IntentReceived Event);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var intents = new Dictionary<string, List<Waiting>>();
        var decisions = new List<Decided>();
        var byId = new Dictionary<string, Decided>();
        var byOrder = new Dictionary<string, Decided>();
        var words = new Dictionary<string, List<DecisionOverridden>>();
        var refused = new List<Refused>();
        await foreach (var e in log)
        {
            switch (e.Event)
            {
                case IntentReceived x:
                    if (!intents.TryGetValue(x.DecisionId, out var waiting)) intents[x.DecisionId] = waiting = [];
                    waiting.Add(new Waiting(e, x));
                    break;
                case IntentRefused x when scope.Covers(e.At): refused.Put(new Refused(e, x), Definition.Name); break;
                case DecisionMade x:
                    intents.Remove(x.DecisionId, out var heard);
                    if (!scope.Covers(e.At)) break;
                    var decided = new Decided(e, x, heard?.ConvertAll(w => w.Event.Intent) ?? []);
                    if (words.Remove(x.DecisionId, out var spoken)) decided.Overrides.AddRange(spoken);
                    decisions.Put(decided, Definition.Name);
                    byId[x.DecisionId] = decided;
                    break;
                case DecisionOverridden x when byId.TryGetValue(x.DecisionId, out var overridden): overridden.Overrides.Add(x); break;
                // Spoken while the round was open: the decision follows.
                case DecisionOverridden x:
                    if (!words.TryGetValue(x.DecisionId, out var early)) words[x.DecisionId] = early = [];
                    early.Add(x);
                    break;
                case OrderApproved x: Begin(x.Terms, OrderLife.Begin(x)!); break;
                case OrderBlocked x: Begin(x.Terms, OrderLife.Begin(x)!); break;
                default:
                    if (e.Recorded.StreamId.StartsWith("order-", StringComparison.Ordinal) && byOrder.TryGetValue(e.Recorded.StreamId["order-".Length..], out var its))
                        its.Apply(e.Recorded.StreamId["order-".Length..], e.Event);
                    break;
            }
        }

        return
        [
            DecisionTables.ByAlgorithm(decisions), DecisionTables.Decisions(decisions), DecisionTables.Votes(decisions), DecisionTables.Outcomes(decisions), DecisionTables.Refusals(refused),
            DecisionTables.Waiting([.. intents.Values.SelectMany(w => w).Where(w => scope.Covers(w.Log.At)).OrderBy(w => w.Log.Seq)]),
        ];

        void Begin(OrderTerms terms, OrderLife order)
        {
            if (!byId.TryGetValue(terms.DecisionId, out var decided)) return;
            decided.Orders.Add(order);
            byOrder[terms.OrderId] = decided;
        }
    }
}

/// <summary>A decision with what it rested on and what came of it.</summary>
internal sealed class Decided(LogEvent log, DecisionMade made, IReadOnlyList<Intent> intents)
{
    public LogEvent Log => log;
    public DecisionMade Made => made;
    public IReadOnlyList<Intent> Intents => intents;
    public List<DecisionOverridden> Overrides { get; } = [];

    /// <summary>The order of the decision, a person's that took its place, and their exits.</summary>
    public List<OrderLife> Orders { get; } = [];

    public IEnumerable<OrderLife> Entries => Orders.Where(o => o.Terms.ParentId is null);

    /// <summary>What each agent got of the fills.</summary>
    public SortedDictionary<string, Earned> Shares { get; } = new(StringComparer.Ordinal);

    public string? Currency => Orders.Select(o => o.Currency).FirstOrDefault(c => c is not null);

    public void Apply(string orderId, Domain.Engine.DomainEvent e)
    {
        Orders.Find(o => o.Terms.OrderId == orderId)?.Apply(e);
        if (((e as OrderPartiallyFilled)?.Execution ?? (e as OrderFilled)?.Execution) is not { } execution) return;
        foreach (var share in execution.Shares)
        {
            var before = Shares.GetValueOrDefault(share.Agent);
            Shares[share.Agent] = new Earned(before.Quantity + share.Quantity, before.Fees + share.Fee, before.Realised + share.Realised);
        }
    }
}

internal readonly record struct Earned(decimal Quantity, decimal Fees, decimal Realised);
