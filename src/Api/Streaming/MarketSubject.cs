using EventSourcedTrading.Domain.Signals;
using NATS.Client.Core;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>One subject of market data, from the first client that asks for it to the last that leaves.</summary>
internal sealed class MarketSubject
{
    /// <summary>Instruments and kinds beyond so many are not streamed.</summary>
    private const int MaxRows = 20_000;

    /// <summary>Signals that may wait to be read; NATS drops what comes after them.</summary>
    private const int Capacity = 65_536;

    private readonly NatsConnection nats;
    private readonly string subject;
    private readonly TimeProvider time;
    private readonly TimeSpan every;
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly Task work;
    private Dictionary<string, LiveRow> fresh = [];

    public MarketSubject(NatsConnection nats, string subject, TimeProvider time, TimeSpan every, Action<Exception> onInterrupted)
    {
        (this.nats, this.subject, this.time, this.every) = (nats, subject, time, every);
        work = Task.Run(() => RunAsync(onInterrupted));
    }

    public LiveTable Table { get; } = new(MaxRows);

    /// <summary>NATS has the subscription: whatever is published from now on is seen.</summary>
    public Task Begun => begun.Task;

    public async Task EndAsync()
    {
        await ending.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task RunAsync(Action<Exception> onInterrupted)
    {
        try
        {
            await using var subscription = await nats.SubscribeCoreAsync(
                subject, opts: new NatsSubOpts { ChannelOpts = new NatsSubChannelOpts { Capacity = Capacity } }, cancellationToken: ending.Token);
            await ConfirmAsync();
            begun.TrySetResult();
            var publishing = PublishAsync();
            await foreach (var message in subscription.Msgs.ReadAllAsync(ending.Token))
                using (message) Take(message);
            await publishing;
        }
        catch (Exception e)
        {
            if (!ending.IsCancellationRequested) onInterrupted(e);
            // Who waits is not kept for ever.
            begun.TrySetResult();
        }
    }

    private async Task ConfirmAsync()
    {
        try
        {
            await nats.PingAsync(ending.Token);
        }
        catch (NatsConnectionLostException)
        {
            // The connection makes the subscription again when it is back.
        }
    }

    private void Take(NatsMsg message)
    {
        if (SignalJson.Read(message.Memory.Span).Signal is not { } signal) return;
        var row = new LiveRow($"{signal.Instrument} {signal.Kind}", null, signal.Instrument, message.ToArray());
        lock (gate) fresh[row.Key] = row;
    }

    /// <summary>Apart from the reading, so that the reading never waits and NATS never drops what is newest.</summary>
    private async Task PublishAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(every, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dictionary<string, LiveRow> rows;
            lock (gate)
            {
                if (fresh.Count == 0) continue;
                (rows, fresh) = (fresh, []);
            }

            Table.Publish(rows.Values, null);
        }
    }
}
