using System.Buffers;

namespace NATS.Client.Core;

/// <summary>
/// The bytes on their way to the socket. Publishers append whole protocol operations; one writer takes all that has
/// gathered and sends it at once, so small messages share packets under load and none waits when it is quiet.
/// It holds at most <c>limit</c> bytes beside those being sent; who finds it full, or closed, waits.
/// </summary>
internal sealed class OutboundBuffer(int limit) : IDisposable
{
    private const int ControlReserve = 64 * 1024; // PING, PONG, SUB, UNSUB may go this far beyond the limit
    private const int InitialSize = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private byte[] _filling = new byte[InitialSize];
    private byte[] _sending = new byte[InitialSize];
    private int _used;
    private bool _open;
    private bool _writerIdle;
    private Exception? _failure;
    private TaskCompletionSource? _changed;

    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>Starts a connection's life with the operations that must come first (the subscriptions).</summary>
    public void Open(ReadOnlySpan<byte> first)
    {
        lock (_lock)
        {
            _used = 0;
            Append(first);
            _failure = null;
            _open = true;
            Signal();
        }
    }

    /// <summary>
    /// Ends it. What was not yet sent is dropped on purpose: its senders are told that the connection was lost, and a
    /// message must not go out after its failure was reported.
    /// </summary>
    /// <param name="failure">Given when it will not open again: whoever waits or comes gets it thrown.</param>
    public void Close(Exception? failure = null)
    {
        lock (_lock)
        {
            _open = false;
            _used = 0;
            _failure = failure;
            Signal();
        }
    }

    /// <summary>
    /// Appends one operation. If there is no room, or no connection, nothing happens and <paramref name="changed"/>
    /// completes when that may have changed. <paramref name="reply"/> is registered together with the bytes: a request
    /// is awaited exactly when it was sent.
    /// </summary>
    public bool TryAppend(
        ReadOnlySpan<byte> control, ReadOnlySpan<byte> headers, in ReadOnlySequence<byte> payload, PendingReply? reply, out Task changed)
    {
        lock (_lock)
        {
            var size = control.Length + headers.Length + payload.Length + 2;
            if (!_open || (_used > 0 && _used + size > limit))
            {
                changed = Changed();
                return false;
            }
            reply?.Register();
            Reserve(checked((int)size));
            Append(control);
            Append(headers);
            payload.CopyTo(_filling.AsSpan(_used));
            _used += (int)payload.Length;
            Append("\r\n"u8);
            WakeWriter();
        }
        changed = Task.CompletedTask;
        return true;
    }

    /// <summary>Appends an operation without payload, using the reserve.</summary>
    public bool TryAppendControl(ReadOnlySpan<byte> operation, out Task changed)
    {
        lock (_lock)
        {
            if (!_open || _used + operation.Length > limit + ControlReserve)
            {
                changed = Changed();
                return false;
            }
            Append(operation);
            WakeWriter();
        }
        changed = Task.CompletedTask;
        return true;
    }

    /// <summary>Sends until the connection is closed or the stream fails.</summary>
    public async Task SendToAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            int count;
            lock (_lock)
            {
                if (!_open)
                    return;
                count = _used;
                _writerIdle = count == 0;
                if (count > 0)
                {
                    (_filling, _sending) = (_sending, _filling);
                    _used = 0;
                    Signal();
                }
            }
            if (count == 0)
            {
                await _wake.WaitAsync(cancellationToken);
                continue;
            }
            await stream.WriteAsync(_sending.AsMemory(0, count), cancellationToken);
            if (_sending.Length > 2 * limit)
                _sending = new byte[InitialSize]; // one huge message must not hold its memory for ever
        }
    }

    public void Dispose() => _wake.Dispose();

    private Task Changed()
    {
        if (_failure is not null)
            return Task.FromException(_failure);
        _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _changed.Task;
    }

    private void Signal()
    {
        if (_failure is { } failure)
            _changed?.TrySetException(failure);
        else
            _changed?.TrySetResult();
        _changed = null;
        WakeWriter();
    }

    private void WakeWriter()
    {
        if (!_writerIdle)
            return;
        _writerIdle = false;
        _wake.Release();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_filling.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Reserve(int size)
    {
        if (_used + size > _filling.Length)
            Array.Resize(ref _filling, Math.Max(checked(_used + size), 2 * _filling.Length));
    }
}
