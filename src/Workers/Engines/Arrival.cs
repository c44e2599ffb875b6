using System.Diagnostics;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>An input with where it came from, so that the batch can say how far it read.</summary>
/// <param name="Source">The JetStream stream; null for what the host made itself, such as a deadline.</param>
/// <param name="ReplyTo">Inbox that the sender named for its answer.</param>
/// <param name="IsLookedUp">The log has been asked whether this is a repeat: it is not.</param>
public readonly record struct Arrival(Input Input, string? Source, StreamPosition Position, string? ReplyTo = null, bool IsLookedUp = false)
{
    /// <summary>When it came in, by the <see cref="Stopwatch"/>.</summary>
    public long ReceivedAt { get; init; } = Stopwatch.GetTimestamp();
}
