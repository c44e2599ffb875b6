using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Stored: NATS has taken it. Taken: an engine has, into a batch. Event: on record. Answer: what its sender was told. Published: NATS has the event.</summary>
public enum TraceStep { Stored, Taken, Event, Answer, Published }

/// <summary>One step of a message's way.</summary>
/// <param name="At">By the clock of who took the step: the NATS server, the engine, or the database's client.</param>
/// <param name="AfterMs">Milliseconds after the first step; below zero where a batch was begun before its last message came, or where clocks differ.</param>
/// <param name="Where">A JetStream stream with its sequence, or a stream of the log with its version.</param>
/// <param name="Position">Of an event: its place in the log.</param>
public sealed record TraceLine(Timestamp At, double AfterMs, TraceStep Step, string Where, string What, long? Position);

/// <summary>A message from NATS to its effects.</summary>
/// <param name="Kind">What the id is of: intent, signal, command, order, decision or event.</param>
/// <param name="Message">The input as the tape has it; null for what is no input: an order, a decision, an event.</param>
/// <param name="Notes">What could not be found, and why.</param>
/// <param name="Truncated">There are more effects than are shown.</param>
public sealed record MessageTrace(string Id, string Kind, JsonElement? Message, IReadOnlyList<TraceLine> Lines, IReadOnlyList<string> Notes, bool Truncated);
