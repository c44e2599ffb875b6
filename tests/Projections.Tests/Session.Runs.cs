using EventSourcedTrading.Domain.Backtests;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Projections.Tests;

/// <content>What is on record beside trading: backtests, and what comparing the books found.</content>
internal sealed partial class Session
{
    /// <summary>Three backtests of which one died and one was run twice, and six breaks that end in each way; two stay open.</summary>
    public IEnumerable<AppendBatch> Runs(string p)
    {
        foreach (var (id, ends) in new[] { ("b1", true), ("b2", false), ("b3", true), ("b1", true) })
        {
            yield return Of($"backtest-{id}", new BacktestStarted(id, p, $"data-{id}", $"configuration-{id}", "1.2.3", 7, "lean", Agents, id == "b3" ? Now : null));
            if (ends) yield return Of($"backtest-{id}", new BacktestCompleted(id, p, $"digest-{id}", 1_000, 250, new Dictionary<string, decimal> { ["sharpe"] = 1.25m, ["trades"] = 12m }, Now));
        }

        var (stream, found) = ("reconciliation-fake", new Dictionary<string, BreakFound>());
        yield return Find("cash", BreakKind.Cash, "10");
        yield return Find("spy", BreakKind.Position, "20");
        yield return Find("sap", BreakKind.Position, "30");
        yield return Find("o1", BreakKind.MissingOrder, "new");
        yield return Ran(4);
        yield return Of($"portfolio-{p}", new BreakResolutionOrdered(p, "spy", BreakResolution.Adopt, "alice", "they are right", Now));
        yield return Resolve("spy", "adopted by alice: they are right", false);
        yield return Of($"portfolio-{p}", new BreakResolutionOrdered(p, "sap", BreakResolution.Dismiss, "bob", "known", Now));
        // Another difference of the same thing: what was said of the first is not done.
        yield return Find("sap", BreakKind.Position, "31");
        yield return Of($"portfolio-{p}", new BreakResolutionOrdered(p, "sap", BreakResolution.Dismiss, "bob", "known", Now));
        yield return Of(stream, new BreakResolutionRefused("sap", p, "fake", "bob", "look at it again", Now));
        yield return Resolve("cash", "dismissed by carol: a fee", true);
        yield return Find("cash", BreakKind.Cash, "11");
        yield return Ran(3);
        yield return Resolve("o1", "the books agree again", false);
        yield return Of($"portfolio-{p}", new BreakResolutionOrdered(p, "nothing", BreakResolution.Dismiss, "bob", "no such break", Now));

        AppendBatch Of(string to, Domain.Engine.DomainEvent e) => new([Event(to, e)], (Now += TimeSpan.FromMinutes(1)).ToDateTimeOffset());
        AppendBatch Ran(int open) => Of(stream, new ReconciliationRan(p, "fake", "U1", 3, 4, 5, open, Now));
        AppendBatch Resolve(string id, string detail, bool dismissed) => Of(stream, new BreakResolved(id, p, "fake", found[id].Kind, id, detail, Now, dismissed));
        AppendBatch Find(string id, BreakKind kind, string ours) =>
            Of(stream, found[id] = new BreakFound(id, p, "fake", kind, id, ours, "0", kind == BreakKind.Cash ? BreakAction.Halt : BreakAction.Alert, "ops", Now));
    }
}
