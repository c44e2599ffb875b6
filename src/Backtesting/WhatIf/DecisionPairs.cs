using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>
/// Follows two worlds and pairs their decisions by name, each until its orders have ended in both. Keeps the largest differences, and
/// gives every one away as soon as it is settled: memory is flat in the length of the tape.
/// </summary>
internal sealed class DecisionPairs(int keep, Action<DecisionDifference>? each)
{
    /// <summary>Orders that rest for long; more than that are given as they stand.</summary>
    private const int MaxOpen = 100_000;

    private readonly Dictionary<string, DecisionPair> open = [];
    private readonly Queue<DecisionPair> inOrder = new();
    private readonly PriorityQueue<DecisionDifference, decimal> largest = new();

    public long Recorded { get; private set; }
    public long Other { get; private set; }
    public long Differing { get; private set; }

    public IReadOnlyList<DecisionDifference> Largest =>
        [.. largest.UnorderedItems.Select(i => i.Element).OrderByDescending(d => d.Impact).ThenBy(d => d.AsOf).ThenBy(d => d.DecisionId, StringComparer.Ordinal)];

    /// <param name="state">Of the world in which the event came to pass, after it.</param>
    public void Take(DomainEvent e, PortfolioState state, bool recorded)
    {
        if (Find(e, state) is not { } pair) return;
        if (e is DecisionMade)
        {
            if (recorded) Recorded++;
            else Other++;
        }

        var outcome = recorded ? pair.Recorded ??= new DecisionOutcome() : pair.Other ??= new DecisionOutcome();
        outcome.Take(e, OrderOf(e), state.Books[pair.Instrument].Instrument.Multiplier);
    }

    /// <summary>Gives away what is settled.</summary>
    /// <param name="frontier">Market time up to which both worlds have decided.</param>
    public void Settle(Timestamp frontier, PortfolioState prices, bool all = false)
    {
        for (var left = inOrder.Count; left > 0; left--)
        {
            var pair = inOrder.Dequeue();
            if (!all && open.Count <= MaxOpen && (pair.AsOf > frontier || pair.IsLive))
            {
                inOrder.Enqueue(pair);
                continue;
            }

            open.Remove(pair.DecisionId);
            var instrument = prices.Books[pair.Instrument].Instrument;
            if (DecisionDifference.Of(pair, instrument.Multiplier, prices.RateOf(instrument.Currency)) is { } difference) Give(difference);
        }
    }

    private void Give(DecisionDifference difference)
    {
        Differing++;
        each?.Invoke(difference);
        largest.Enqueue(difference, difference.Impact);
        if (largest.Count > keep) largest.Dequeue();
    }

    private DecisionPair? Find(DomainEvent e, PortfolioState state)
    {
        if (DecisionOf(e, state) is not { } id) return null;
        if (open.TryGetValue(id, out var pair)) return pair;
        if (e is not DecisionMade made) return null;
        open.Add(id, pair = new DecisionPair(id, made.Instrument, made.AsOf));
        inOrder.Enqueue(pair);
        return pair;
    }

    private static string? DecisionOf(DomainEvent e, PortfolioState state) => e switch
    {
        DecisionMade d => d.DecisionId,
        DecisionOverridden d => d.DecisionId,
        OrderApproved o => o.Terms.DecisionId,
        OrderBlocked o => o.Terms.DecisionId,
        OrderPartiallyFilled f => f.Execution.DecisionId,
        OrderFilled f => f.Execution.DecisionId,
        _ => OrderOf(e) is { } id && state.Orders.TryGetValue(id, out var order) ? order.Terms.DecisionId : null,
    };

    private static string? OrderOf(DomainEvent e) => e switch
    {
        OrderPartiallyFilled f => f.Execution.OrderId,
        OrderFilled f => f.Execution.OrderId,
        OrderSubmissionAttempted o => o.OrderId,
        OrderSubmitted o => o.OrderId,
        OrderAcknowledged o => o.OrderId,
        OrderCancelRequested o => o.OrderId,
        OrderCancelled o => o.OrderId,
        OrderReplaceRequested o => o.OrderId,
        OrderReplaced o => o.OrderId,
        OrderRejected o => o.OrderId,
        OrderExpired o => o.OrderId,
        OrderInDoubt o => o.OrderId,
        _ => null,
    };
}
