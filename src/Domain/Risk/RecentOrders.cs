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
    private readonly Queue<(Likeness Likeness, Timestamp At)> order = new();

    public IEnumerable<RecentOrder> InOrder => order.Select(o => o.Likeness.Of(o.At));

    /// <summary>The latest order that asked for the same, if any is still known.</summary>
    public RecentOrder? Like(OrderTerms terms, IReadOnlyList<Allocation> allocation) =>
        latest.TryGetValue(new Likeness(terms, allocation), out var like) ? like : null;

    /// <param name="seconds">Orders older than that, reckoned from this one, are forgotten.</param>
    public void Add(in RecentOrder approved, int seconds)
    {
        var oldest = approved.At - TimeSpan.FromSeconds(seconds);
        while (order.TryPeek(out var first) && (first.At <= oldest || order.Count >= Capacity))
        {
            order.Dequeue();
            if (latest.TryGetValue(first.Likeness, out var known) && first.Likeness.IsOf(known)) latest.Remove(first.Likeness);
        }

        var likeness = new Likeness(approved.Terms, approved.Allocation);
        order.Enqueue((likeness, approved.At));
        latest[likeness] = approved;
    }

    /// <summary>Agents, instrument, side, quantity, type and prices.</summary>
    private readonly struct Likeness : IEquatable<Likeness>
    {
        private readonly OrderTerms terms;
        private readonly IReadOnlyList<Allocation> allocation;
        private readonly int hash;

        public Likeness(OrderTerms terms, IReadOnlyList<Allocation> allocation)
        {
            (this.terms, this.allocation) = (terms, allocation);
            // Kept, as it is asked for again when the order is forgotten.
            hash = HashCode.Combine(Fingerprint.Of(terms.Instrument), terms.Side, terms.Quantity, terms.LimitPrice);
        }

        public RecentOrder Of(Timestamp at) => new(terms, allocation, at);

        public bool IsOf(in RecentOrder recent) => ReferenceEquals(recent.Terms, terms);

        public bool Equals(Likeness other)
        {
            var (a, b) = (terms, other.terms);
            if (ReferenceEquals(a, b)) return true;
            if (a.Instrument != b.Instrument || a.Side != b.Side || a.Quantity != b.Quantity || a.OrderType != b.OrderType
                || a.LimitPrice != b.LimitPrice || a.StopPrice != b.StopPrice || a.Trail != b.Trail || a.ParentId != b.ParentId || allocation.Count != other.allocation.Count) return false;
            // Shares are by agent name.
            for (var i = 0; i < allocation.Count; i++)
                if (allocation[i].Agent != other.allocation[i].Agent) return false;
            return true;
        }

        public override bool Equals(object? obj) => obj is Likeness other && Equals(other);

        public override int GetHashCode() => hash;
    }
}

public readonly record struct RecentOrder(OrderTerms Terms, IReadOnlyList<Allocation> Allocation, Timestamp At);
