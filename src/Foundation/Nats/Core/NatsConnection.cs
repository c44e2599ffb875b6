using System.Buffers;
using System.Text;

namespace NATS.Client.Core;

public enum NatsConnectionState
{
    Closed,
    Connecting,
    Open,
    Reconnecting,
}

/// <summary>
/// A connection to NATS that makes itself anew when it breaks.
/// <list type="bullet">
/// <item>Publishing while it is broken waits until it is back, or for the caller's cancellation; nothing is stored up.</item>
/// <item>Core NATS delivers at most once: a plain publish that returned may still be lost with the connection.</item>
/// <item>Requests and acknowledgements in flight fail at once with <see cref="NatsConnectionLostException"/>.</item>
/// <item>Subscriptions, with queue groups and what remains of their maximum, are made again.</item>
/// </list>
/// All members may be used from many threads.
/// </summary>
public sealed partial class NatsConnection : IAsyncDisposable
{
    private readonly OutboundBuffer _outbound;
    private readonly ReplyInbox _replies;
    private readonly EventPump _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lifecycle = new();
    private Task? _supervisor;
    private TaskCompletionSource _firstOpen = NewSignal();
    private int _disposed;
    private volatile ServerInfo? _serverInfo;
    private volatile int _state;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public NatsConnection(NatsOpts? opts = null)
    {
        Opts = opts ?? NatsOpts.Default;
        Opts.Validate();
        _servers = Opts.Servers();
        _outbound = new OutboundBuffer(Opts.WriterBufferSize);
        _replies = new ReplyInbox(Opts.InboxPrefix, Opts.TimeProvider, Opts.MaxPendingRequests);
        AddReplySubscription();
    }

    public event AsyncEventHandler<NatsEventArgs>? ConnectionOpened;

    public event AsyncEventHandler<NatsEventArgs>? ConnectionDisconnected;

    /// <summary>Raised after <see cref="ConnectionOpened"/> each time but the first.</summary>
    public event AsyncEventHandler<NatsEventArgs>? ConnectionReconnected;

    public event AsyncEventHandler<NatsEventArgs>? ReconnectFailed;

    public event AsyncEventHandler<NatsMessageDroppedEventArgs>? MessageDropped;

    /// <summary>The server sent <c>-ERR</c>, for example a permissions violation.</summary>
    public event AsyncEventHandler<NatsEventArgs>? ServerError;

    public NatsOpts Opts { get; }

    public NatsConnectionState ConnectionState => (NatsConnectionState)_state;

    /// <summary>What the server last said of itself; null before the first connect.</summary>
    public ServerInfo? ServerInfo => _serverInfo;

    /// <summary>How many times a connection has been opened.</summary>
    public long Opened { get; private set; }

    /// <summary>Messages dropped by full subscriptions and consumers, all together.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Connects; the other methods do it by themselves when it was not called.</summary>
    /// <exception cref="NatsConnectionFailedException">No server could be used (and RetryOnInitialConnect is off).</exception>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken = default)
    {
        Task first;
        lock (_lifecycle)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (_supervisor is null || (_supervisor.IsCompleted && ConnectionState == NatsConnectionState.Closed))
            {
                _firstOpen = NewSignal();
                SetState(NatsConnectionState.Connecting);
                var signal = _firstOpen;
                _supervisor = Task.Run(() => SuperviseAsync(signal), CancellationToken.None);
            }
            first = _firstOpen.Task;
        }
        await first.WaitAsync(cancellationToken);
    }

    /// <summary>Sends a message; returns when it is in the write buffer, waiting for room or for the reconnect.</summary>
    /// <exception cref="ArgumentException">The subject or a header is malformed.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Larger than the server's <c>max_payload</c>.</exception>
    public ValueTask PublishAsync(
        string subject, ReadOnlyMemory<byte> data = default, NatsHeaders? headers = null, string? replyTo = null, CancellationToken cancellationToken = default) =>
        PublishAsync(subject, new ReadOnlySequence<byte>(data), headers, replyTo, cancellationToken);

    /// <inheritdoc cref="PublishAsync(string, ReadOnlyMemory{byte}, NatsHeaders?, string?, CancellationToken)"/>
    public ValueTask PublishAsync(
        string subject, ReadOnlySequence<byte> data, NatsHeaders? headers = null, string? replyTo = null, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckPublish(subject, nameof(subject));
        if (replyTo is not null)
            NatsSubject.CheckPublish(replyTo, nameof(replyTo));
        return SendAsync(subject, replyTo, headers, extra: null, data, reply: null, cancellationToken);
    }

    /// <summary>Sends text as UTF-8.</summary>
    /// <inheritdoc cref="PublishAsync(string, ReadOnlyMemory{byte}, NatsHeaders?, string?, CancellationToken)"/>
    public ValueTask PublishAsync(
        string subject, string text, NatsHeaders? headers = null, string? replyTo = null, CancellationToken cancellationToken = default) =>
        PublishAsync(subject, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), headers, replyTo, cancellationToken);

    /// <summary>A round trip: when it returns, the server has handled all that was sent before. Gives the time it took.</summary>
    /// <exception cref="NatsConnectionLostException">The connection broke before the answer.</exception>
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        var started = Opts.TimeProvider.GetTimestamp();
        var pong = NewSignal();
        Task changed;
        while (!TrySendPing(pong, out changed))
            await WaitForChangeAsync(changed, cancellationToken);
        await pong.Task.WaitAsync(cancellationToken);
        return Opts.TimeProvider.GetElapsedTime(started);
    }

    /// <summary>The same as <see cref="PingAsync"/>.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) => await PingAsync(cancellationToken);

    /// <summary>
    /// Ends in good order: subscriptions stop receiving, readers take what is pending (at most DrainTimeout), what they
    /// published is sent, and the connection is disposed. JetStream flows are not waited for: leave them first.
    /// </summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        var subscriptions = Subscriptions().OfType<NatsSub>().ToList();
        foreach (var subscription in subscriptions)
            await subscription.DrainAsync(cancellationToken);
        try
        {
            await Task.WhenAll(subscriptions.Select(s => s.Msgs.Completion)).WaitAsync(Opts.DrainTimeout, Opts.TimeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Readers that do not read cannot keep the process from ending.
        }
        await FlushAsync(cancellationToken);
        await DisposeAsync();
    }

    /// <summary>Sends what is buffered (for at most a second) and closes. Waiting callers get an exception.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_outbound.IsOpen)
        {
            using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await PingAsync(second.Token).AsTask().ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        await _stop.CancelAsync();
        if (_supervisor is { } supervisor)
            await supervisor;
        CloseForGood(new ObjectDisposedException(nameof(NatsConnection)));
        _replies.Dispose();
        _outbound.Dispose();
        _stop.Dispose();
        await _events.DisposeAsync();
    }

    internal void OnDropped(NatsSub subscription, string subject, long dropped)
    {
        CountDropped();
        if (MessageDropped is { } handlers)
            _events.Raise(handlers, this, new NatsMessageDroppedEventArgs(subscription, subject, dropped));
    }

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void SetState(NatsConnectionState state) => _state = (int)state;
}
