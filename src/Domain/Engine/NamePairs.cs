using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>Hashes two names by words, at a fraction of what strings' own hash costs: names of agents and instruments are the desk's own, so nobody can choose them to collide.</summary>
internal sealed class NamePairs : IEqualityComparer<(string First, string Second)>
{
    public static readonly NamePairs Comparer = new();

    public bool Equals((string First, string Second) a, (string First, string Second) b) => a.First == b.First && a.Second == b.Second;

    public int GetHashCode((string First, string Second) pair) => (int)(Fingerprint.Of(pair.First) + (3 * Fingerprint.Of(pair.Second)));
}
