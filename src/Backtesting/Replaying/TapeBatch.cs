using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>One transaction of an engine as the log has it: what it was told, and what it put on record.</summary>
/// <param name="Tape">The event that holds the inputs.</param>
/// <param name="Events">What the inputs caused, in log order; null where the log has a hole.</param>
public sealed record TapeBatch(RecordedEvent Tape, InputsRecorded Recorded, RecordedEvent?[] Events)
{
    /// <summary>Where in the log the batch ends: a seq_id.</summary>
    public long Last => Tape.SeqId + Events.Length;
}

/// <summary>A tape that cannot be replayed.</summary>
/// <param name="message">Names the event and the rule that it breaks.</param>
public sealed class TapeException(string message) : Exception(message);
