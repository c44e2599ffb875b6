using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

public enum SeatStatus { Registered, Active, Paused, Quarantined, Unloaded, Suspended }

/// <summary>An agent as the engine sees it: whether rounds wait for it, and how far it says it is.</summary>
public sealed class AgentSeat(string agent, StreamHead stream)
{
    /// <summary>Intents that may overtake a missing one before the sender is held to have lost count.</summary>
    public const int MaxGap = 10_000;

    public string Agent { get; } = agent;
    public StreamHead Stream { get; } = stream;
    public SeatStatus Status { get; set; }

    /// <summary>The agent has said all it has to say up to this market time.</summary>
    public Timestamp Watermark { get; set; } = Timestamp.MinValue;

    /// <summary>Intents received without a hole, for agents that number them.</summary>
    public long Received { get; set; }
    public SortedSet<long> AheadOfGap { get; init; } = [];

    /// <summary>Watermarks that wait for intents which they say were sent before them; by number of intents.</summary>
    public SortedDictionary<long, Timestamp> Promised { get; init; } = [];

    /// <summary>A newer version of the same strategy is active: this one votes without weight.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>Market times in a row that ended at their deadline without it.</summary>
    public int Missed { get; set; }

    /// <summary>Its intents that wait for their rounds.</summary>
    public int OpenIntents { get; set; }

    public bool IsAwaited => Status == SeatStatus.Active;

    /// <summary>Counts a numbered intent, refused or not, and takes up watermarks that waited for it.</summary>
    /// <returns>True if the count went on, and so perhaps the watermark.</returns>
    public bool Count(long? sequence)
    {
        if (sequence is not { } number || number <= Received) return false;
        if (number > Received + 1)
        {
            if (AheadOfGap.Count < MaxGap) AheadOfGap.Add(number);
            return false;
        }

        Received = number;
        while (AheadOfGap.Remove(Received + 1)) Received++;
        while (Promised.Count > 0)
        {
            var (needed, asOf) = First();
            if (needed > Received) break;
            Promised.Remove(needed);
            Watermark = Timestamp.Max(Watermark, asOf);
        }

        return true;
    }

    /// <param name="sent">How many intents it had sent by then; null if it does not number them.</param>
    public void Promise(Timestamp asOf, long? sent)
    {
        if (sent is null || sent <= Received) Watermark = Timestamp.Max(Watermark, asOf);
        else if (Promised.Count < MaxGap || Promised.ContainsKey(sent.Value)) Promised[sent.Value] = Timestamp.Max(asOf, Promised.GetValueOrDefault(sent.Value, asOf));
    }

    private (long Needed, Timestamp AsOf) First()
    {
        foreach (var (needed, asOf) in Promised) return (needed, asOf);
        throw new InvalidOperationException("nothing is promised");
    }
}
