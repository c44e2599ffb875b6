using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// A frame on its way to a client. What all clients share of it is written once; only the part before that, with the client's own name for
/// the subscription and its sequence number, is written for each.
/// </summary>
/// <param name="Of">The subscription; null if the frame is about none.</param>
/// <param name="Type">snapshot, delta or heartbeat, where it is of a subscription.</param>
/// <param name="Position">With this frame the client has everything up to this place of the log; null where there is none.</param>
/// <param name="Member">What the payload is called; null if there is none.</param>
/// <param name="Payload">JSON, shared; of a frame without a subscription the frame itself.</param>
internal readonly record struct ServerFrame(Subscription? Of, string Type, long? Position, string? Member, ReadOnlyMemory<byte> Payload)
{
    public const string Snapshot = "snapshot", Delta = "delta", Heartbeat = "heartbeat";

    /// <summary>Room for all but the payload: names are short and numbers have at most 19 digits.</summary>
    public const int MaxHead = 256;

    public int MaxLength => Payload.Length + MaxHead;

    public static ServerFrame Alone(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new ServerFrame(null, "", null, null, buffer.WrittenMemory);
    }

    public static ServerFrame Error(string? id, StreamFault fault) => Alone(w =>
    {
        w.WriteString("type", "error");
        if (id is not null) w.WriteString("id", id);
        w.WriteString("code", fault.Code);
        if (fault.Field is not null) w.WriteString("field", fault.Field);
        if (fault.Value is not null) w.WriteString("value", fault.Value);
        w.WriteString("rule", fault.Rule);
    });

    /// <summary>Writes the whole frame and counts it; <paramref name="room"/> must hold <see cref="MaxLength"/>.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> room)
    {
        if (Of is null)
        {
            Payload.Span.CopyTo(room);
            return Payload.Length;
        }

        // A heartbeat has the number of the frame before it, so that a client sees whether one is missing.
        if (Type != Heartbeat) Of.Sequence++;
        Utf8.TryWrite(room, $"{{\"type\":\"{Type}\",\"id\":\"{Of.Id}\",\"channel\":\"{Of.Channel}\",\"seq\":\"{Of.Sequence}\"", out var length);
        if (Position is { } position)
        {
            Utf8.TryWrite(room[length..], $",\"position\":\"{position}\"", out var written);
            length += written;
        }

        if (Member is not null)
        {
            Utf8.TryWrite(room[length..], $",\"{Member}\":", out var written);
            length += written;
            Payload.Span.CopyTo(room[length..]);
            length += Payload.Length;
        }

        room[length] = (byte)'}';
        return length + 1;
    }
}
