using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Orders that were approved lately, found by what they ask for.</summary>
public sealed class RecentOrders
{
    /// <summary>More than that are not kept: the oldest fall out first.</summary>
    public const int Capacity = 100_000;

    private readonly Dictionary<Likeness, RecentOrder> latest = [];
    private readonly Queue<RecentOrder> order = new();

    public IEnumerable<RecentOrder> InOrder => order;

    /// <summary>The latest order that asked for the same, if any is still known.</summary>
    public RecentOrder? Like(OrderTerms terms, IReadOnlyList<Allocation> allocation) => latest.GetValueOrDefault(new Likeness(terms, allocation));

    /// <param name="seconds">Orders older than that, reckoned from this one, are forgotten.</param>
    public void Add(RecentOrder approved, int seconds)
    {
        var oldest = approved.At - TimeSpan.FromSeconds(seconds);
        while (order.TryPeek(out var first) && (first.At <= oldest || order.Count >= Capacity))
        {
            var likeness = new Likeness(order.Dequeue());
            if (latest.TryGetValue(likeness, out var known) && ReferenceEquals(known, first)) latest.Remove(likeness);
        }

        order.Enqueue(approved);
        latest[new Likeness(approved)] = approved;
    }

    /// <summary>Agents, instrument, side, quantity, type and prices.</summary>
    private readonly struct Likeness(OrderTerms terms, IReadOnlyList<Allocation> allocation) : IEquatable<Likeness>
    {
        private readonly OrderTerms terms = terms;
        private readonly IReadOnlyList<Allocation> allocation = allocation;

        public Likeness(RecentOrder order) : this(order.Terms, order.Allocation)
        {
        }

        public bool Equals(Likeness other)
        {
            var (a, b) = (terms, other.terms);
            if (a.Instrument != b.Instrument || a.Side != b.Side || a.Quantity != b.Quantity || a.OrderType != b.OrderType
                || a.LimitPrice != b.LimitPrice || a.StopPrice != b.StopPrice || allocation.Count != other.allocation.Count) return false;
            // Shares are by agent name.
            for (var i = 0; i < allocation.Count; i++)
                if (allocation[i].Agent != other.allocation[i].Agent) return false;
            return true;
        }

        public override bool Equals(object? obj) => obj is Likeness other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(terms.Instrument, terms.Side, terms.Quantity, terms.LimitPrice, allocation.Count > 0 ? allocation[0].Agent : null);
    }
}

public sealed record RecentOrder(OrderTerms Terms, IReadOnlyList<Allocation> Allocation, Timestamp At);
