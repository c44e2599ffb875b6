using System.Text.Json;
using System.Text.Json.Serialization;

namespace NATS.Client.JetStream.Models;

/// <summary>The server's refusal: <see cref="Code"/> as in HTTP, <see cref="ErrCode"/> the exact reason (nats-server errors.json).</summary>
public sealed record ApiError
{
    public int Code { get; set; }

    public int ErrCode { get; set; }

    public string Description { get; set; } = "";
}

/// <summary>The answer to a publish.</summary>
public sealed record PubAckResponse
{
    public ApiError? Error { get; set; }

    public string Stream { get; set; } = "";

    /// <summary>Where the message lies in the stream; for a duplicate, where the first copy lies.</summary>
    public ulong Seq { get; set; }

    /// <summary>The stream had this <c>Nats-Msg-Id</c> already and kept the first copy.</summary>
    public bool Duplicate { get; set; }

    public string? Domain { get; set; }

    /// <summary>Stored now, and not a duplicate.</summary>
    public bool IsSuccess() => Error is null && !Duplicate;

    /// <summary>As NATS.Net has it: an error or a duplicate throws.</summary>
    /// <exception cref="NatsJSDuplicateMessageException">A duplicate; often no fault, see <see cref="EnsureStored"/>.</exception>
    public PubAckResponse EnsureSuccess() =>
        EnsureStored().Duplicate ? throw new NatsJSDuplicateMessageException(Seq) : this;

    /// <summary>The message is in the stream, by this publish or by an earlier one with the same id: what a resender asks.</summary>
    /// <exception cref="NatsJSApiException">The stream refused it.</exception>
    public PubAckResponse EnsureStored() => Error is null ? this : throw new NatsJSApiException(Error);
}

/// <summary>Asks for one stored message: by sequence, or the last (or from a sequence on, the next) on a subject.</summary>
public sealed record StreamMsgGetRequest
{
    public ulong Seq { get; set; }

    [JsonPropertyName("last_by_subj")]
    public string? LastBySubj { get; set; }

    [JsonPropertyName("next_by_subj")]
    public string? NextBySubj { get; set; }
}

public sealed record StoredMessage
{
    public string Subject { get; set; } = "";

    public ulong Seq { get; set; }

    /// <summary>The header block as it was sent; <see cref="Headers"/> reads it.</summary>
    public ReadOnlyMemory<byte> Hdrs { get; set; }

    public ReadOnlyMemory<byte> Data { get; set; }

    public DateTimeOffset Time { get; set; }

    /// <exception cref="Core.NatsHeaderParseException">The block is malformed.</exception>
    public Core.NatsHeaders? Headers() => Hdrs.IsEmpty ? null : Core.HeaderCodec.Parse(new(Hdrs), int.MaxValue);
}

public sealed record StreamPurgeRequest
{
    /// <summary>Only messages on this subject.</summary>
    public string? Filter { get; set; }

    /// <summary>Only messages before this sequence.</summary>
    public ulong? Seq { get; set; }

    /// <summary>All but so many of the newest.</summary>
    public ulong? Keep { get; set; }
}

internal abstract record ApiResponse
{
    public ApiError? Error { get; set; }
}

internal sealed record StreamInfoResponse : ApiResponse
{
    public StreamConfig Config { get; set; } = new();

    public StreamState State { get; set; } = new();

    public DateTimeOffset Created { get; set; }
}

internal sealed record ConsumerInfoResponse : ApiResponse
{
    public string StreamName { get; set; } = "";

    public string Name { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public ConsumerConfig Config { get; set; } = new();

    public SequenceInfo Delivered { get; set; } = new();

    public SequenceInfo AckFloor { get; set; } = new();

    public long NumAckPending { get; set; }

    public long NumRedelivered { get; set; }

    public long NumWaiting { get; set; }

    public ulong NumPending { get; set; }
}

internal sealed record ConsumerCreateRequest
{
    public string StreamName { get; set; } = "";

    public ConsumerConfig Config { get; set; } = new();
}

internal sealed record DoneResponse : ApiResponse
{
    public bool Success { get; set; }

    public long Purged { get; set; }
}

internal sealed record StreamMsgGetResponse : ApiResponse
{
    public StoredMessage? Message { get; set; }
}

internal sealed record PullRequest
{
    public int Batch { get; set; }

    public TimeSpan? Expires { get; set; }

    public bool? NoWait { get; set; }

    [JsonPropertyName("idle_heartbeat")]
    public TimeSpan? IdleHeartbeat { get; set; }
}

internal sealed record NakDelay
{
    public TimeSpan Delay { get; set; }
}

/// <summary>Durations are whole nanoseconds on the wire.</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(checked(value.Ticks * TimeSpan.NanosecondsPerTick));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(NanosecondsConverter)])]
[JsonSerializable(typeof(StreamConfig))]
[JsonSerializable(typeof(ConsumerCreateRequest))]
[JsonSerializable(typeof(StreamInfoResponse))]
[JsonSerializable(typeof(ConsumerInfoResponse))]
[JsonSerializable(typeof(PubAckResponse))]
[JsonSerializable(typeof(StreamMsgGetRequest))]
[JsonSerializable(typeof(StreamMsgGetResponse))]
[JsonSerializable(typeof(StreamPurgeRequest))]
[JsonSerializable(typeof(DoneResponse))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(AccountInfoResponse))]
[JsonSerializable(typeof(StreamInfoRequest))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(ConsumerListResponse))]
[JsonSerializable(typeof(NakDelay))]
internal sealed partial class JetStreamJson : JsonSerializerContext;
