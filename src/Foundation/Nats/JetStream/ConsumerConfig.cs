using System.Text.Json.Serialization;

namespace NATS.Client.JetStream.Models;

public enum ConsumerConfigDeliverPolicy
{
    [JsonStringEnumMemberName("all")]
    All,

    [JsonStringEnumMemberName("last")]
    Last,

    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("by_start_sequence")]
    ByStartSequence,

    [JsonStringEnumMemberName("by_start_time")]
    ByStartTime,

    [JsonStringEnumMemberName("last_per_subject")]
    LastPerSubject,
}

public enum ConsumerConfigAckPolicy
{
    [JsonStringEnumMemberName("explicit")]
    Explicit,

    [JsonStringEnumMemberName("all")]
    All,

    [JsonStringEnumMemberName("none")]
    None,
}

public enum ConsumerConfigReplayPolicy
{
    [JsonStringEnumMemberName("instant")]
    Instant,

    [JsonStringEnumMemberName("original")]
    Original,
}

/// <summary>
/// A pull consumer's configuration (JetStream API, <c>consumer_configuration</c>). With <see cref="DurableName"/> it is
/// kept until deleted; without, the server deletes it after <see cref="InactiveThreshold"/> without a pull (5 s by default).
/// Zero means the server's default.
/// </summary>
public sealed record ConsumerConfig
{
    public ConsumerConfig()
    {
    }

    public ConsumerConfig(string durableName) => DurableName = durableName;

    public string? Name { get; set; }

    public string? DurableName { get; set; }

    public string? Description { get; set; }

    public ConsumerConfigDeliverPolicy DeliverPolicy { get; set; }

    /// <summary>First stream sequence to deliver, with <see cref="ConsumerConfigDeliverPolicy.ByStartSequence"/>.</summary>
    public ulong OptStartSeq { get; set; }

    public DateTimeOffset? OptStartTime { get; set; }

    public ConsumerConfigAckPolicy AckPolicy { get; set; }

    /// <summary>How long the server waits for an acknowledgement before it delivers again (30 s by default).</summary>
    public TimeSpan AckWait { get; set; }

    /// <summary>Deliveries of one message before the server gives up on it; 0 or -1 is without end.</summary>
    public long MaxDeliver { get; set; }

    public ICollection<TimeSpan>? Backoff { get; set; }

    public string? FilterSubject { get; set; }

    public ConsumerConfigReplayPolicy ReplayPolicy { get; set; }

    /// <summary>Messages that may be out without acknowledgement (1,000 by default); more are not delivered.</summary>
    public long MaxAckPending { get; set; }

    /// <summary>Pulls that may wait at once (512 by default).</summary>
    public long MaxWaiting { get; set; }

    public bool HeadersOnly { get; set; }

    public long MaxBatch { get; set; }

    public TimeSpan MaxExpires { get; set; }

    public TimeSpan InactiveThreshold { get; set; }

    public int NumReplicas { get; set; }

    public bool MemStorage { get; set; }
}

public sealed record SequenceInfo
{
    public ulong ConsumerSeq { get; set; }

    public ulong StreamSeq { get; set; }
}

public sealed record ConsumerInfo
{
    public string StreamName { get; set; } = "";

    public string Name { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public ConsumerConfig Config { get; set; } = new();

    public SequenceInfo Delivered { get; set; } = new();

    /// <summary>Everything up to here is acknowledged.</summary>
    public SequenceInfo AckFloor { get; set; } = new();

    public long NumAckPending { get; set; }

    public long NumRedelivered { get; set; }

    public long NumWaiting { get; set; }

    /// <summary>Messages not yet delivered.</summary>
    public ulong NumPending { get; set; }
}
