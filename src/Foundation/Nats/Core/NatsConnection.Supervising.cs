using System.Buffers;

namespace NATS.Client.Core;

public sealed partial class NatsConnection
{
    private readonly Uri[] _servers;
    private readonly Queue<TaskCompletionSource?> _pongs = new();

    /// <summary>Opens a connection, works with it until it breaks, and begins again, until told to stop.</summary>
    private async Task SuperviseAsync(TaskCompletionSource firstOpen)
    {
        var stop = _stop.Token;
        var failures = 0;
        Exception reason = new ObjectDisposedException(nameof(NatsConnection));
        for (var attempt = 0; !stop.IsCancellationRequested; attempt++)
        {
            try
            {
                await using var wire = await Wire.OpenAsync(_servers[attempt % _servers.Length], Opts, stop);
                var openedAt = Opts.TimeProvider.GetTimestamp();
                Open(wire);
                firstOpen.TrySetResult();
                reason = await WorkAsync(wire, stop);
                Close(reason);
                // A server that takes us in only to throw us out counts as a failing one.
                failures = Opts.TimeProvider.GetElapsedTime(openedAt) > Opts.ReconnectWaitMax ? 0 : failures + 1;
            }
            catch (NatsConnectionFailedException e)
            {
                reason = e;
                failures++;
                var first = !firstOpen.Task.IsCompleted;
                if (first && !Opts.RetryOnInitialConnect && failures >= _servers.Length)
                {
                    SetState(NatsConnectionState.Closed);
                    firstOpen.TrySetException(e);
                    return;
                }
                _events.Raise(ReconnectFailed, this, new NatsEventArgs(e.Message));
                if (Opts.MaxReconnectRetry >= 0 && failures > Opts.MaxReconnectRetry)
                    break;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            await Task.Delay(Pause(failures), Opts.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        firstOpen.TrySetException(reason);
        CloseForGood(stop.IsCancellationRequested ? new ObjectDisposedException(nameof(NatsConnection)) : reason);
    }

    /// <summary>Exponential, bounded, with jitter; a connection that had lived long is retried at once but for the jitter.</summary>
    internal TimeSpan Pause(int failures)
    {
        var jitter = Opts.ReconnectJitter * Opts.Random.NextDouble();
        if (failures == 0)
            return jitter;
        var doubled = Opts.ReconnectWaitMin.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, Opts.ReconnectWaitMax.TotalMilliseconds)) + jitter;
    }

    private void Open(Wire wire)
    {
        _serverInfo = wire.Info;
        Opened++;
        SetState(NatsConnectionState.Open);
        SubscribeAgainAndOpen();
        _events.Raise(ConnectionOpened, this, new NatsEventArgs($"Connected to {wire.Info.Name} {wire.Info.Version}."));
        if (Opened > 1)
            _events.Raise(ConnectionReconnected, this, new NatsEventArgs($"Connected again to {wire.Info.Name} {wire.Info.Version}."));
    }

    private void Close(Exception reason)
    {
        SetState(NatsConnectionState.Reconnecting);
        _outbound.Close(); // first: what is registered as awaited was sent, and nothing new is registered now
        var lost = new NatsConnectionLostException($"The connection was lost: {reason.Message}", reason);
        _replies.FailAll(lost);
        FailPongs(lost);
        _events.Raise(ConnectionDisconnected, this, new NatsEventArgs(reason.Message));
    }

    private void CloseForGood(Exception reason)
    {
        SetState(NatsConnectionState.Closed);
        _outbound.Close(reason);
        _replies.FailAll(reason);
        FailPongs(reason);
        foreach (var (_, subscription) in _subscriptions)
            subscription.End(reason is ObjectDisposedException ? null : reason);
    }

    /// <summary>Reads, writes and watches until one of the three fails; gives the reason.</summary>
    private async Task<Exception> WorkAsync(Wire wire, CancellationToken stop)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] loops =
        [
            ReadAsync(wire, session.Token),
            Task.Run(() => _outbound.SendToAsync(wire.Stream, session.Token), CancellationToken.None),
            WatchAsync(session.Token),
        ];
        var ended = await Task.WhenAny(loops);
        await session.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ended.Exception?.InnerException ?? new NatsException("it was disposed.");
    }

    private async Task ReadAsync(Wire wire, CancellationToken cancellationToken)
    {
        var ops = new Receiver(this);
        while (true)
        {
            var read = await wire.Reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            ProtocolParser.Parse(ref buffer, ops, Opts.MaxInboundPayload);
            wire.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                throw new NatsException(ops.LastError is { } error ? $"the server closed it after '{error}'." : "the server closed it.");
        }
    }

    /// <summary>Asks for a sign of life; too many unanswered questions end the connection.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Opts.PingInterval, Opts.TimeProvider);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            int unanswered;
            lock (_pongs)
                unanswered = _pongs.Count(static waiting => waiting is null);
            if (unanswered >= Opts.MaxPingOut)
                throw new NatsException($"the server left {unanswered} PINGs unanswered, {Opts.PingInterval.TotalSeconds:0.###} s apart.");
            if (!TrySendPing(null, out _))
                throw new NatsException("the server takes no more bytes.");
        }
    }

    private bool TrySendPing(TaskCompletionSource? pong, out Task changed)
    {
        lock (_pongs) // the order of waiters is the order of PINGs on the wire
        {
            if (!_outbound.TryAppendControl("PING\r\n"u8, out changed))
                return false;
            _pongs.Enqueue(pong);
            return true;
        }
    }

    private void OnPong()
    {
        TaskCompletionSource? waiting;
        lock (_pongs)
            _pongs.TryDequeue(out waiting);
        waiting?.TrySetResult();
    }

    private void FailPongs(Exception reason)
    {
        lock (_pongs)
        {
            while (_pongs.TryDequeue(out var waiting))
                waiting?.TrySetException(reason);
        }
    }

    private sealed class Receiver(NatsConnection connection) : IServerOps
    {
        public string? LastError { get; private set; }

        public void OnMsg(long sid, in InboundMsg msg)
        {
            if (connection._subscriptions.TryGetValue(sid, out var subscription))
                subscription.Accept(msg);
        }

        public void OnPing()
        {
            if (!connection._outbound.TryAppendControl("PONG\r\n"u8, out _))
                throw new NatsException("the server asks for PONGs and does not read them.");
        }

        public void OnPong() => connection.OnPong();

        public void OnInfo(in ReadOnlySequence<byte> json) => connection._serverInfo = ServerInfo.Parse(json);

        public void OnErr(string error)
        {
            LastError = error;
            connection._events.Raise(connection.ServerError, connection, new NatsEventArgs(error));
        }
    }
}
