namespace NATS.Client.JetStream.Models;

/// <summary>JetStream API, <c>io.nats.jetstream.api.v1.account_info_response</c>.</summary>
public sealed record AccountInfo
{
    /// <summary>Bytes in memory.</summary>
    public long Memory { get; set; }

    /// <summary>Bytes on disk.</summary>
    public long Storage { get; set; }

    public int Streams { get; set; }

    public int Consumers { get; set; }

    public AccountLimits Limits { get; set; } = new();
}

/// <summary>-1 is unlimited.</summary>
public sealed record AccountLimits
{
    public long MaxMemory { get; set; }

    /// <summary>Bytes on disk that all streams together may take.</summary>
    public long MaxStorage { get; set; }

    public int MaxStreams { get; set; }

    public int MaxConsumers { get; set; }
}

public sealed record StreamInfoRequest
{
    /// <summary>Subjects whose messages are counted one by one in <see cref="StreamState.Subjects"/>; <c>&gt;</c> for all.</summary>
    public string? SubjectsFilter { get; set; }
}

internal sealed record AccountInfoResponse : ApiResponse
{
    public long Memory { get; set; }

    public long Storage { get; set; }

    public int Streams { get; set; }

    public int Consumers { get; set; }

    public AccountLimits Limits { get; set; } = new();
}

internal sealed record ListRequest
{
    public int Offset { get; set; }
}

internal sealed record ConsumerListResponse : ApiResponse
{
    public int Total { get; set; }

    public IReadOnlyList<ConsumerInfo> Consumers { get; set; } = [];
}
