using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NATS.Client.Core;

/// <summary>What the server says of itself in INFO (NATS documentation, "Client Protocol"); only what this client uses.</summary>
public sealed record ServerInfo
{
    [JsonPropertyName("server_id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("server_name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("version")]
    public string Version { get; init; } = "";

    /// <summary>Largest message the server takes, in bytes, headers included.</summary>
    [JsonPropertyName("max_payload")]
    public long MaxPayload { get; init; }

    [JsonPropertyName("headers")]
    public bool HeadersSupported { get; init; }

    [JsonPropertyName("jetstream")]
    public bool JetStreamAvailable { get; init; }

    [JsonPropertyName("tls_required")]
    public bool TlsRequired { get; init; }

    [JsonPropertyName("tls_available")]
    public bool TlsAvailable { get; init; }

    [JsonPropertyName("auth_required")]
    public bool AuthRequired { get; init; }

    [JsonPropertyName("client_id")]
    public ulong ClientId { get; init; }

    /// <summary>Lame duck mode: the server is about to stop.</summary>
    [JsonPropertyName("ldm")]
    public bool LameDuckMode { get; init; }

    internal static ServerInfo Parse(in ReadOnlySequence<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var info = JsonSerializer.Deserialize(ref reader, CoreJson.Default.ServerInfo);
            return info is { MaxPayload: > 0 } ? info : throw new NatsProtocolViolationException("INFO has no positive max_payload.");
        }
        catch (JsonException e)
        {
            throw new NatsProtocolViolationException($"INFO is not the JSON it should be: {e.Message}");
        }
    }
}

/// <summary>The client's side of the introduction.</summary>
internal sealed record ClientHello
{
    [JsonPropertyName("verbose")]
    public bool Verbose { get; init; }

    [JsonPropertyName("pedantic")]
    public bool Pedantic { get; init; }

    [JsonPropertyName("tls_required")]
    public bool TlsRequired { get; init; }

    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    [JsonPropertyName("lang")]
    public string Language { get; init; } = ".NET";

    [JsonPropertyName("version")]
    public string Version { get; init; } = "0.1.0";

    /// <summary>1: the server may send INFO again when something changes.</summary>
    [JsonPropertyName("protocol")]
    public int Protocol { get; init; } = 1;

    [JsonPropertyName("headers")]
    public bool Headers { get; init; } = true;

    [JsonPropertyName("no_responders")]
    public bool NoResponders { get; init; } = true;

    [JsonPropertyName("echo")]
    public bool Echo { get; init; } = true;

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("pass")]
    public string? Password { get; init; }

    [JsonPropertyName("auth_token")]
    public string? Token { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(ClientHello))]
internal sealed partial class CoreJson : JsonSerializerContext;
