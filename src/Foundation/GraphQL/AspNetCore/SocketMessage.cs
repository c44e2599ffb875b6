using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using HotChocolate.Execution;

namespace HotChocolate.AspNetCore;

/// <summary>Messages of a connection: the one that is read, and those that are sent.</summary>
internal sealed class SocketMessage(int maxBytes)
{
    public enum Kind { Text, Binary, TooLong, Closed }

    private byte[] _buffer = new byte[Math.Min(4096, maxBytes + 1)];
    private int _length;

    /// <summary>Of the last message read; until the next is.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public async Task<Kind> ReadAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        _length = 0;
        while (true)
        {
            if (_length == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, maxBytes + 1));
            var read = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read.MessageType == WebSocketMessageType.Close) return Kind.Closed;
            _length += read.Count;
            if (_length > maxBytes) return Kind.TooLong;
            if (read.EndOfMessage) return read.MessageType == WebSocketMessageType.Text ? Kind.Text : Kind.Binary;
        }
    }

    public static ReadOnlyMemory<byte> Pong(JsonElement payload)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("type", "pong");
        if (payload.ValueKind != JsonValueKind.Undefined)
        {
            json.WritePropertyName("payload");
            payload.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Next(string id, OperationResult result)
    {
        var output = Begin(id, "next", result.Data.Length);
        result.WriteTo(output);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Error(string id, OperationResult result)
    {
        var output = Begin(id, "error", 256);
        result.WriteErrors(output);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Complete(string id)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "complete");
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static ArrayBufferWriter<byte> Begin(string id, string type, int payloadBytes)
    {
        var output = new ArrayBufferWriter<byte>(payloadBytes + 128);
        output.Write("{\"id\":\""u8);
        output.Write(JsonEncodedText.Encode(id).EncodedUtf8Bytes);
        output.Write("\",\"type\":\""u8);
        output.Write(JsonEncodedText.Encode(type).EncodedUtf8Bytes);
        output.Write("\",\"payload\":"u8);
        return output;
    }
}
