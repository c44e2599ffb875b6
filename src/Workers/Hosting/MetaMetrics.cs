using System.Diagnostics;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Workers.Hosting;

/// <summary>What the meta-agents of this process have decided and committed.</summary>
public sealed class MetaMetrics
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(string Policy, string Outcome), long> coordinations = [];
    private readonly long[] overrides = new long[Enum.GetValues<OverrideKind>().Length];
    private readonly Histogram latency = new(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30);

    /// <param name="committed">Decisions and overrides, each with the <see cref="Stopwatch"/> time at which the input that closed it came in.</param>
    public void Committed(IReadOnlyList<(DomainEvent Event, long ReceivedAt)> committed)
    {
        foreach (var (@event, receivedAt) in committed)
        {
            if (@event is DecisionMade made)
            {
                latency.Observe(Stopwatch.GetElapsedTime(receivedAt));
                // A veto or an override is named behind the policy's name: netting+veto.
                var key = (made.Method.Split('+')[0], made.Action switch { DecisionAction.Buy => "buy", DecisionAction.Sell => "sell", _ => "hold" });
                lock (gate) coordinations[key] = coordinations.GetValueOrDefault(key) + 1;
            }
            else if (@event is DecisionOverridden word)
            {
                lock (gate) overrides[(int)word.Kind]++;
            }
        }
    }

    public void Write(PrometheusText text)
    {
        lock (gate)
        {
            text.Family("meta_coordinations_total", "counter", "Rounds that were decided, by voting policy and what came of it.");
            foreach (var ((policy, outcome), count) in coordinations) text.Sample("meta_coordinations_total", count, ("policy", policy), ("outcome", outcome));
            text.Family("meta_overrides_total", "counter", "Decisions that a person replaced, ordered anew or cancelled.");
            foreach (var kind in Enum.GetValues<OverrideKind>()) text.Sample("meta_overrides_total", overrides[(int)kind], ("kind", kind.ToString().ToLowerInvariant()));
        }

        latency.Write(text, "meta_latency_seconds", "From the arrival of the last input that a round waited for to its commit.");
    }
}
