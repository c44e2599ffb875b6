namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// A subscription to last values. What the client has not taken yet is kept once for each key: a client that is slow misses values that
/// are no longer true, and never the last one.
/// </summary>
/// <param name="member">What the rows are called in a frame.</param>
/// <param name="portfolio">Null for all.</param>
/// <param name="instruments">Null for all; a row without an instrument is of all of them.</param>
internal sealed class TableSubscription(
    string id, string channel, string member, string? portfolio, IReadOnlySet<string>? instruments, Outbox outbox, TimeProvider time) : Subscription(id, channel)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LiveRow> waiting = [];
    private long? position;
    private long said;
    private bool isOpen, isAsking, isSnapshotSent, isHeartbeatDue;

    /// <summary>Adds what it wants of these rows.</summary>
    /// <param name="at">The place of the log that they are of; null where there is none.</param>
    public void Put(IEnumerable<LiveRow> rows, long? at)
    {
        lock (gate)
        {
            position = at;
            foreach (var row in rows)
                if ((portfolio is null || row.Portfolio == portfolio) && (row.Instrument is null || instruments?.Contains(row.Instrument) != false)) waiting[row.Key] = row;
            if (isOpen && waiting.Count > 0) Ask();
        }
    }

    /// <summary>All that there is was put: the snapshot may go out.</summary>
    public void Open()
    {
        lock (gate)
        {
            isOpen = true;
            Ask();
        }
    }

    /// <summary>Tells the position if nothing was told for so long.</summary>
    public void Beat(TimeSpan every)
    {
        lock (gate)
        {
            if (!isSnapshotSent || isAsking || time.GetElapsedTime(said) < every) return;
            isHeartbeatDue = true;
            Ask();
        }
    }

    public override ServerFrame? Take()
    {
        lock (gate)
        {
            isAsking = false;
            var isDue = isHeartbeatDue;
            isHeartbeatDue = false;
            if (Ending.IsCancellationRequested || (isSnapshotSent && waiting.Count == 0 && !isDue)) return null;
            said = time.GetTimestamp();
            if (isSnapshotSent && waiting.Count == 0) return new ServerFrame(this, ServerFrame.Heartbeat, position, null, default);
            var frame = new ServerFrame(this, isSnapshotSent ? ServerFrame.Delta : ServerFrame.Snapshot, position, member, RowJson.Array([.. waiting.Values.Select(r => r.Json)]));
            isSnapshotSent = true;
            waiting.Clear();
            return frame;
        }
    }

    private void Ask()
    {
        if (isAsking) return;
        isAsking = true;
        outbox.Ask(this);
    }
}
