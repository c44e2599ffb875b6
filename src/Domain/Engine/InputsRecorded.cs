using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>
/// The tape: exactly what one batch consumed, in processing order. Stream tape-{portfolio}; it is the first event of its batch,
/// and the events that its inputs caused follow it in the log without a gap, so a reader can pair each input with its effects.
/// </summary>
/// <param name="At">When the batch was taken up; the only wall-clock time that the engine saw while deciding it.</param>
/// <param name="Cursors">How far each source had been read after this batch.</param>
public sealed record InputsRecorded(
    string Portfolio, Timestamp At, IReadOnlyList<TapeCursor> Cursors, IReadOnlyList<TapeEntry> Inputs) : DomainEvent;

/// <param name="Source">The JetStream stream, with the moment of its creation: a stream made anew counts from 1 again.</param>
/// <param name="Position">Sequence of the last message taken from it.</param>
/// <param name="Stamp">When the server stored that message: another stamp at this position means that messages were lost.</param>
public sealed record TapeCursor(string Source, string Incarnation, long Position, string Stamp);

/// <param name="Kind">signal, intent, malformed, progress, deadline, command, report, firm.</param>
/// <param name="Events">How many of the events that follow in the log this input caused.</param>
/// <param name="Data">The input itself.</param>
public sealed record TapeEntry(string Kind, int Events, JsonElement Data);
