namespace NATS.Client.Core;

/// <summary>
/// Everything a connection can be told. Names follow NATS.Net v2; each bound that NATS.Net leaves open has a number here.
/// </summary>
public sealed record NatsOpts
{
    public static NatsOpts Default { get; } = new();

    /// <summary>One URL or several, separated by commas: <c>nats://</c> or <c>tls://</c>, optionally <c>user:password@</c>.</summary>
    public string Url { get; init; } = "nats://localhost:4222";

    /// <summary>The name that the server shows for this client in <c>/connz</c>.</summary>
    public string Name { get; init; } = "EventSourcedTrading";

    /// <summary>Whether the server sends this connection's own messages back to its own subscriptions.</summary>
    public bool Echo { get; init; } = true;

    public NatsAuthOpts AuthOpts { get; init; } = NatsAuthOpts.Default;

    public NatsTlsOpts TlsOpts { get; init; } = NatsTlsOpts.Default;

    /// <summary>Time for one attempt: TCP, TLS, CONNECT and the first PONG together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for its reply when the call does not say; includes waiting for a reconnect.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a PING asks whether the server is still there.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Unanswered PINGs after which the connection counts as dead and is made anew.</summary>
    public int MaxPingOut { get; init; } = 2;

    /// <summary>First pause between reconnects; it doubles with each failure up to <see cref="ReconnectWaitMax"/>.</summary>
    public TimeSpan ReconnectWaitMin { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ReconnectWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Up to this much is added at random to each pause, so that clients do not return in step.</summary>
    public TimeSpan ReconnectJitter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Failed attempts in a row before the connection gives up for good; -1 is never.</summary>
    public int MaxReconnectRetry { get; init; } = -1;

    /// <summary>Whether the first connect also retries, instead of throwing when no server answers.</summary>
    public bool RetryOnInitialConnect { get; init; }

    /// <summary>Bytes that may wait for the socket. A publisher that finds it full waits: this is the back-pressure.</summary>
    public int WriterBufferSize { get; init; } = 1024 * 1024;

    /// <summary>Bytes asked of the socket at once.</summary>
    public int ReaderBufferSize { get; init; } = 64 * 1024;

    /// <summary>Messages that may wait in one subscription before newer ones are dropped and counted.</summary>
    public int SubPendingChannelCapacity { get; init; } = 16 * 1024;

    /// <summary>Payload bytes that may wait in one subscription; the same rule as for the count.</summary>
    public long SubPendingBytes { get; init; } = 64L * 1024 * 1024;

    public int MaxSubscriptions { get; init; } = 10_000;

    /// <summary>Requests and publish acknowledgements that may be awaited at once.</summary>
    public int MaxPendingRequests { get; init; } = 65_536;

    /// <summary>Bytes of one incoming message, headers included. A larger announcement is a protocol violation.</summary>
    public int MaxInboundPayload { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one header block. Outgoing: refused. Incoming: delivered with <see cref="NatsMsg.Error"/> set.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>How long draining waits for readers to take what is pending.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public string InboxPrefix { get; init; } = "_INBOX";

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Source of the jitter. Give a seeded one for a repeatable run.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Name and servers only, without the user part of the URLs: options end up in logs.</summary>
    public override string ToString() =>
        $"NatsOpts {{ Name = {Name}, Servers = {string.Join(',', Servers().Select(static s => $"{s.Scheme}://{s.Host}:{s.Port}"))} }}";

    internal Uri[] Servers() => [.. Url.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ParseServer)];

    internal void Validate()
    {
        if (Servers().Length == 0)
            throw new ArgumentException("NatsOpts.Url is empty; give at least one URL such as nats://127.0.0.1:4222.");
        NatsSubject.CheckPublish(InboxPrefix, "NatsOpts.InboxPrefix");
        Positive(WriterBufferSize, nameof(WriterBufferSize));
        Positive(ReaderBufferSize, nameof(ReaderBufferSize));
        Positive(SubPendingChannelCapacity, nameof(SubPendingChannelCapacity));
        Positive(SubPendingBytes, nameof(SubPendingBytes));
        Positive(MaxSubscriptions, nameof(MaxSubscriptions));
        Positive(MaxPendingRequests, nameof(MaxPendingRequests));
        Positive(MaxInboundPayload, nameof(MaxInboundPayload));
        Positive(MaxHeaderBytes, nameof(MaxHeaderBytes));
        Positive(MaxPingOut, nameof(MaxPingOut));
        Positive(PingInterval.Ticks, nameof(PingInterval));
        Positive(ConnectTimeout.Ticks, nameof(ConnectTimeout));
        Positive(RequestTimeout.Ticks, nameof(RequestTimeout));
        Positive(ReconnectWaitMin.Ticks, nameof(ReconnectWaitMin));
        if (ReconnectWaitMax < ReconnectWaitMin)
            throw new ArgumentException($"NatsOpts.ReconnectWaitMax is {ReconnectWaitMax}, less than ReconnectWaitMin {ReconnectWaitMin}; raise it.");
    }

    private static Uri ParseServer(string url)
    {
        var text = url.Contains("://", StringComparison.Ordinal) ? url : "nats://" + url;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls") || uri.Host.Length == 0)
            throw new ArgumentException("NatsOpts.Url has an entry that is not nats://host:port or tls://host:port; correct it.");
        return uri;
    }

    private static void Positive(long value, string field)
    {
        if (value <= 0)
            throw new ArgumentException($"NatsOpts.{field} is {value}; it must be greater than zero.");
    }
}
