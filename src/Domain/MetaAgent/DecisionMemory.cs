using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The latest decisions, so that a person's word on one of them finds its stream.</summary>
public sealed class DecisionMemory
{
    public const int Capacity = 1_000;

    private readonly Decided[] ring = new Decided[Capacity];
    private long count;

    public void Remember(in Decided decided) => ring[count++ % Capacity] = decided;

    public Decided? Find(string decisionId)
    {
        for (var i = count - 1; i >= Math.Max(0, count - Capacity); i--)
            if (ring[i % Capacity].DecisionId == decisionId) return ring[i % Capacity];
        return null;
    }

    /// <summary>Oldest first.</summary>
    public IEnumerable<Decided> InOrder()
    {
        for (var i = Math.Max(0, count - Capacity); i < count; i++) yield return ring[i % Capacity];
    }
}

public readonly record struct Decided(string DecisionId, string Instrument, StreamHead Stream);
