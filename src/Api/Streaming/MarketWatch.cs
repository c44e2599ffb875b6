using NATS.Client.Core;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// Market data for all clients: one subscription of NATS for each subject that any of them asks for. The last signal of each kind is kept
/// for each instrument, and what came in a tenth of a second goes out together.
/// </summary>
/// <param name="signalOf">The subject of an instrument's signals; of &gt; those of all.</param>
internal sealed class MarketWatch(NatsConnection nats, Func<string, string> signalOf, TimeProvider time, TimeSpan every, Action<Exception> onInterrupted)
{
    private static readonly string[] All = [">"];
    private readonly Lock gate = new();
    private readonly Dictionary<string, MarketSubject> subjects = [];

    /// <summary>Begins a subscription with what is known, which is what came since the first client asked.</summary>
    /// <param name="instruments">Null for all.</param>
    public async Task AddAsync(TableSubscription subscription, IReadOnlySet<string>? instruments, CancellationToken ct)
    {
        foreach (var name in (IEnumerable<string>?)instruments ?? All)
        {
            MarketSubject subject;
            lock (gate)
            {
                if (!subjects.TryGetValue(name, out subject!)) subjects[name] = subject = new MarketSubject(nats, signalOf(name), time, every, onInterrupted);
                // Under the lock: else its last client could leave, and end it, in between.
                subject.Table.Add(subscription);
            }

            await subject.Begun.WaitAsync(ct);
        }

        subscription.Open();
    }

    public async Task RemoveAsync(TableSubscription subscription, IReadOnlySet<string>? instruments)
    {
        foreach (var name in (IEnumerable<string>?)instruments ?? All)
        {
            MarketSubject? idle;
            lock (gate)
            {
                if (!subjects.TryGetValue(name, out idle) || idle.Table.Remove(subscription)) continue;
                subjects.Remove(name);
            }

            await idle.EndAsync();
        }
    }
}
