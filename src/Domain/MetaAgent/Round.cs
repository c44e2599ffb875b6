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
    public SortedList<string, Intent> Intents { get; } = new(4, StringComparer.Ordinal);

    public static string IdOf(string portfolio, string instrument, Timestamp asOf) => $"{portfolio}-{instrument}-{asOf.ToCompactString()}";
}
