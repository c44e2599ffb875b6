using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The intents for one instrument and as-of time, until they are decided together.</summary>
public sealed class Round(string decisionId, string instrument, Timestamp asOf)
{
    private readonly List<Intent> intents = new(8);

    public string DecisionId { get; } = decisionId;
    public string Instrument { get; } = instrument;
    public Timestamp AsOf { get; } = asOf;
    public StreamHead Stream { get; init; } = new("round", decisionId);

    /// <summary>One per agent, by agent name: the order of arrival is forgotten here.</summary>
    public IReadOnlyList<Intent> Intents => intents;

    /// <summary>A person's word, which stands in the vote's place.</summary>
    public DecisionOverridden? Overridden { get; set; }

    /// <summary>False if the agent has voted already: its first word stands.</summary>
    public bool Add(Intent intent)
    {
        var at = intents.Count;
        for (; at > 0; at--)
        {
            var order = string.CompareOrdinal(intents[at - 1].Agent, intent.Agent);
            if (order == 0) return false;
            if (order < 0) break;
        }

        intents.Insert(at, intent);
        return true;
    }

    public Intent? Of(string agent)
    {
        foreach (var intent in intents)
            if (intent.Agent == agent) return intent;
        return null;
    }

    public static string IdOf(string portfolio, string instrument, Timestamp asOf) => $"{portfolio}-{instrument}-{asOf.ToCompactString()}";
}
