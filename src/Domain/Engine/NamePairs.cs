using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>Keys of an agent and an instrument, as tuples; with their own comparer they would be hashed at several times the cost.</summary>
internal sealed class NamePairs : IEqualityComparer<(string First, string Second)>
{
    public static readonly NamePairs Comparer = new();

    public bool Equals((string First, string Second) a, (string First, string Second) b) => a.First == b.First && a.Second == b.Second;

    public int GetHashCode((string First, string Second) pair) => Fingerprint.HashOf(pair.First, pair.Second);
}
