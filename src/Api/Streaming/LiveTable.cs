namespace EventSourcedTrading.Api.Streaming;

/// <summary>A value that takes the place of the one before it.</summary>
/// <param name="Key">What it is the value of.</param>
/// <param name="Portfolio">Null where it is of none.</param>
/// <param name="Json">A JSON object as UTF-8, shared by all clients.</param>
internal sealed record LiveRow(string Key, string? Portfolio, string? Instrument, ReadOnlyMemory<byte> Json);

/// <summary>The last value of each key, for all clients: who comes in gets all of them and then each change, with nothing in between lost.</summary>
/// <param name="most">Keys beyond so many are not kept.</param>
internal sealed class LiveTable(int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LiveRow> rows = [];
    private readonly List<TableSubscription> subscriptions = [];
    private long? position;

    public bool IsWatched
    {
        get { lock (gate) return subscriptions.Count > 0; }
    }

    public void Add(TableSubscription subscription)
    {
        lock (gate)
        {
            subscription.Put(rows.Values, position);
            subscriptions.Add(subscription);
        }
    }

    /// <returns>False if nobody is left.</returns>
    public bool Remove(TableSubscription subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
            return subscriptions.Count > 0;
        }
    }

    /// <summary>Takes what is new in these rows, and hands that on. A row that is not among them stays as it is: no read model drops one.</summary>
    /// <param name="at">The place of the log that they are of; null where there is none.</param>
    public void Publish(IEnumerable<LiveRow> current, long? at)
    {
        lock (gate)
        {
            var changed = new List<LiveRow>();
            foreach (var row in current)
            {
                if (rows.TryGetValue(row.Key, out var before) ? before.Json.Span.SequenceEqual(row.Json.Span) : rows.Count >= most) continue;
                rows[row.Key] = row;
                changed.Add(row);
            }

            position = at;
            foreach (var subscription in subscriptions) subscription.Put(changed, at);
        }
    }
}
