namespace HotChocolate.AspNetCore;

/// <summary>Messages of one connection that wait to be sent, in order. Who adds one waits while there is no room; so nobody asks a source for what cannot be sent.</summary>
/// <param name="maxBytes">Of all messages; one alone may be longer.</param>
internal sealed class OutgoingQueue(int maxCount, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _messages = new();
    private readonly Queue<(ReadOnlyMemory<byte> Message, TaskCompletionSource Added)> _adding = new();
    private TaskCompletionSource? _taking;
    private long _bytes;
    private bool _isClosed;

    /// <summary>Returns when the message is in the queue. What is added to a closed queue is lost.</summary>
    public Task AddAsync(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            if (_isClosed) return Task.CompletedTask;
            if (_adding.Count == 0 && HasRoom(message))
            {
                Add(message);
                return Task.CompletedTask;
            }

            var added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _adding.Enqueue((message, added));
            return added.Task;
        }
    }

    /// <returns>The next message; null once the queue is closed. One reader.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> TakeAsync()
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_isClosed) return null;
                if (_messages.TryDequeue(out var message))
                {
                    _bytes -= message.Length;
                    while (_adding.TryPeek(out var next) && HasRoom(next.Message))
                    {
                        _adding.Dequeue();
                        Add(next.Message);
                        next.Added.SetResult();
                    }

                    return message;
                }

                _taking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _taking.Task;
            }

            await arrival;
        }
    }

    /// <summary>Drops what is there, and lets go who waits.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _messages.Clear();
            while (_adding.TryDequeue(out var next)) next.Added.SetResult();
            _taking?.TrySetResult();
        }
    }

    private bool HasRoom(ReadOnlyMemory<byte> message) => _messages.Count == 0 || (_messages.Count < maxCount && _bytes + message.Length <= maxBytes);

    private void Add(ReadOnlyMemory<byte> message)
    {
        _messages.Enqueue(message);
        _bytes += message.Length;
        _taking?.TrySetResult();
    }
}
