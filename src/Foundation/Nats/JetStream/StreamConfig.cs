using System.Text.Json.Serialization;

namespace NATS.Client.JetStream.Models;

public enum StreamConfigRetention
{
    [JsonStringEnumMemberName("limits")]
    Limits,

    [JsonStringEnumMemberName("interest")]
    Interest,

    [JsonStringEnumMemberName("workqueue")]
    Workqueue,
}

public enum StreamConfigStorage
{
    [JsonStringEnumMemberName("file")]
    File,

    [JsonStringEnumMemberName("memory")]
    Memory,
}

public enum StreamConfigDiscard
{
    [JsonStringEnumMemberName("old")]
    Old,

    [JsonStringEnumMemberName("new")]
    New,
}

/// <summary>A stream's configuration (JetStream API, <c>stream_configuration</c>). Zero means the server's default.</summary>
public sealed record StreamConfig
{
    public StreamConfig()
    {
    }

    public StreamConfig(string name, IEnumerable<string> subjects)
    {
        Name = name;
        Subjects = [.. subjects];
    }

    public string? Name { get; set; }

    public string? Description { get; set; }

    public ICollection<string>? Subjects { get; set; }

    public StreamConfigRetention Retention { get; set; }

    public int MaxConsumers { get; set; }

    public long MaxMsgs { get; set; }

    public long MaxBytes { get; set; }

    public TimeSpan MaxAge { get; set; }

    public long MaxMsgsPerSubject { get; set; }

    /// <summary>Bytes of one message; 0 is unlimited.</summary>
    public int MaxMsgSize { get; set; }

    public StreamConfigDiscard Discard { get; set; }

    public bool DiscardNewPerSubject { get; set; }

    public StreamConfigStorage Storage { get; set; }

    public int NumReplicas { get; set; }

    public bool NoAck { get; set; }

    /// <summary>How long a <c>Nats-Msg-Id</c> is remembered; the server's default is two minutes.</summary>
    public TimeSpan DuplicateWindow { get; set; }

    public bool DenyDelete { get; set; }

    public bool DenyPurge { get; set; }

    public bool AllowRollupHdrs { get; set; }

    public bool AllowDirect { get; set; }

    public bool Sealed { get; set; }
}

public sealed record StreamState
{
    public long Messages { get; set; }

    public long Bytes { get; set; }

    public ulong FirstSeq { get; set; }

    public DateTimeOffset FirstTs { get; set; }

    public ulong LastSeq { get; set; }

    public DateTimeOffset LastTs { get; set; }

    public int ConsumerCount { get; set; }

    public long NumDeleted { get; set; }

    /// <summary>Messages by subject, where they were asked for; see <see cref="StreamInfoRequest"/>.</summary>
    public IReadOnlyDictionary<string, long>? Subjects { get; set; }
}

public sealed record StreamInfo
{
    public StreamConfig Config { get; set; } = new();

    public StreamState State { get; set; } = new();

    public DateTimeOffset Created { get; set; }
}
