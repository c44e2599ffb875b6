using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// One transaction in the making: the inputs that were taken, the events that they caused, the answers that are due after the
/// commit. The tape is its first event, so that a reader of the log meets cause before effect.
/// </summary>
public sealed class EngineBatch(string portfolio)
{
    public const int MaxInputs = 2_000;
    public const int MaxEvents = 4_000;
    private const int MaxTapeBytes = 512 * 1024;

    private readonly ArrayBufferWriter<byte> data = new(256 * 1024);
    private readonly ArrayBufferWriter<byte> tape = new(64 * 1024);
    private readonly List<(Recorded Recorded, int Start, int Length)> events = [];
    private readonly List<PendingEvent> pending = [];
    private Utf8JsonWriter? tapeWriter;

    public Timestamp At { get; private set; }
    public int Inputs { get; private set; }
    public int Events => events.Count;
    public List<(Answer Answer, string? ReplyTo)> Answers { get; } = [];

    /// <summary>What the meta-agent decided, with the time at which the input behind it came in.</summary>
    public List<(DomainEvent Event, long ReceivedAt)> Coordinations { get; } = [];
    public bool IsFull => Inputs >= MaxInputs || events.Count >= MaxEvents || tape.WrittenCount >= MaxTapeBytes;
    public bool IsEmpty => Inputs == 0;

    public void Begin(Timestamp at)
    {
        At = at;
        Inputs = 0;
        data.ResetWrittenCount();
        tape.ResetWrittenCount();
        tape.Write("["u8);
        events.Clear();
        pending.Clear();
        Answers.Clear();
        Coordinations.Clear();
        tapeWriter ??= new Utf8JsonWriter(tape, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        tapeWriter.Reset(tape);
    }

    /// <summary>Adds an input with what it caused; serialises at once, so that nothing is held that may change later.</summary>
    public void Add(Input input, List<Recorded> caused, long receivedAt)
    {
        Inputs++;
        foreach (var recorded in caused)
        {
            var start = data.WrittenCount;
            EventJson.Serialize(recorded.Event, data);
            events.Add((recorded, start, data.WrittenCount - start));
            if (recorded.Event is DecisionMade or DecisionOverridden) Coordinations.Add((recorded.Event, receivedAt));
        }

        var writer = tapeWriter!;
        writer.WriteStartObject();
        writer.WritePropertyName("data"u8);
        InputJson.Write(writer, input);
        writer.WriteNumber("events"u8, caused.Count);
        writer.WriteString("kind"u8, InputJson.KindOf(input));
        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>The batch as the store takes it.</summary>
    /// <param name="tapeStream">Its version is moved on by the tape event.</param>
    /// <param name="cursors">How far each source has been read, what was passed over included.</param>
    public AppendBatch Seal(StreamHead tapeStream, IReadOnlyDictionary<string, StreamPosition> cursors)
    {
        tapeStream.Version++;
        pending.Add(new PendingEvent(
            tapeStream.Name, tapeStream.Version, EventJson.AliasOf<InputsRecorded>(), EventId.For(tapeStream.Name, tapeStream.Version), Tape(cursors), null, null));
        var written = data.WrittenMemory;
        foreach (var (recorded, start, length) in events)
        {
            var (stream, cause) = (recorded.Stream, recorded.Cause);
            var causation = cause.Input ?? (cause.Stream is { } s ? EventId.For(s, cause.Version).ToString() : null);
            pending.Add(new PendingEvent(
                stream, recorded.Version, EventJson.AliasOf(recorded.Event), EventId.For(stream, recorded.Version), written.Slice(start, length),
                recorded.CorrelationId, causation));
        }

        return new AppendBatch(pending, At.ToDateTimeOffset());
    }

    private ReadOnlyMemory<byte> Tape(IReadOnlyDictionary<string, StreamPosition> cursors)
    {
        var json = new ArrayBufferWriter<byte>(tape.WrittenCount + 512);
        using var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("at"u8, At.ToString());
        writer.WriteStartArray("cursors"u8);
        foreach (var (source, position) in cursors)
        {
            writer.WriteStartObject();
            writer.WriteString("incarnation"u8, position.Incarnation);
            writer.WriteString("position"u8, position.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteString("source"u8, source);
            writer.WriteString("stamp"u8, position.Stamp);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        tape.Write("]"u8);
        writer.WritePropertyName("inputs"u8);
        writer.WriteRawValue(tape.WrittenSpan, skipInputValidation: true);
        writer.WriteString("portfolio"u8, portfolio);
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }
}
