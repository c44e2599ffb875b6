namespace EventSourcedTrading.Api.Streaming;

/// <summary>What clients of the live streams may use, and how often they are told.</summary>
public sealed record StreamLimits
{
    /// <summary>Clients of this process at a time.</summary>
    public int Clients { get; init; } = 2_000;

    /// <summary>Clients at a time with one API key, or of one person with tokens.</summary>
    public int ClientsPerKey { get; init; } = 200;

    /// <summary>Subscriptions of a client at a time.</summary>
    public int Subscriptions { get; init; } = 16;

    /// <summary>Bytes of a message from a client.</summary>
    public int FrameBytes { get; init; } = 8 << 10;

    /// <summary>Messages that a client may send a second, and so many more at once.</summary>
    public int FramesPerSecond { get; init; } = 10;

    /// <inheritdoc cref="FramesPerSecond"/>
    public int Burst { get; init; } = 40;

    /// <summary>Messages that are wrong, of one client, until it is closed.</summary>
    public int Faults { get; init; } = 20;

    /// <summary>Instruments that a subscription may name.</summary>
    public int Instruments { get; init; } = 200;

    /// <summary>Events that a subscription may begin behind the head of the log.</summary>
    public long Replay { get; init; } = 1_000_000;

    /// <summary>Frames that may wait for a client; who writes more waits for him.</summary>
    public int QueuedFrames { get; init; } = 16;

    /// <summary>How long a client may take to say who it is.</summary>
    public TimeSpan HelloWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may take to accept one frame.</summary>
    public TimeSpan SendWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client that once was up to date may be behind again.</summary>
    public TimeSpan BehindFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A subscription with nothing to tell tells its position so often.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the positions are looked at: at most one change of a row in this time.</summary>
    public TimeSpan BookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>At most one price of an instrument in this time.</summary>
    public TimeSpan MarketEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often it is looked whether the clients' keys are still good.</summary>
    public TimeSpan KeysEvery { get; init; } = TimeSpan.FromSeconds(5);
}
