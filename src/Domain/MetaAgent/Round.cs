using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The intents for one instrument and as-of time, until they are decided together.</summary>
public sealed class Round(string decisionId, string instrument, Timestamp asOf)
{
    public string DecisionId { get; } = decisionId;
    public string Instrument { get; } = instrument;
    public Timestamp AsOf { get; } = asOf;
    public StreamHead Stream { get; init; } = new("round", decisionId);

    /// <summary>One per agent, by agent name: the order of arrival is forgotten here.</summary>
    public SortedDictionary<string, Intent> Intents { get; } = new(StringComparer.Ordinal);

    /// <summary>The order in which rounds are decided; ordinal, so no machine's culture changes it.</summary>
    public static readonly IComparer<(Timestamp AsOf, string Instrument)> ByTimeThenInstrument =
        Comparer<(Timestamp AsOf, string Instrument)>.Create((a, b) =>
            a.AsOf != b.AsOf ? a.AsOf.CompareTo(b.AsOf) : string.CompareOrdinal(a.Instrument, b.Instrument));

    public static string IdOf(string portfolio, string instrument, Timestamp asOf) => $"{portfolio}-{instrument}-{asOf.ToCompactString()}";
}
