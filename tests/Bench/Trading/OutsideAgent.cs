using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>
/// An agent as a stranger would write it, on core NATS: an intent for every quote, a watermark when there is nothing more to say,
/// and an ear for the answers. An answer `approved` comes after the commit that holds the fill, so it ends the way of the quote.
/// </summary>
/// <param name="mind">What it wants at each quote.</param>
public sealed class OutsideAgent(NatsConnection nats, Subjects subjects, Func<Signal, Intent> mind) : IAsyncDisposable
{
    private static readonly NatsSubOpts Roomy = new() { ChannelOpts = new NatsSubChannelOpts { Capacity = 1 << 20 } };

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> running = [];
    private long approved;
    private long others;

    /// <summary>Told the number of the quote whose order is filled, and when the answer came.</summary>
    public Action<long, long>? OnFilled { get; set; }

    public long Approved => Interlocked.Read(ref approved);

    /// <summary>Answers that were no approval.</summary>
    public long Others => Interlocked.Read(ref others);
    public string? LastOther { get; private set; }

    public async Task StartAsync(CancellationToken ct)
    {
        var signals = await nats.SubscribeCoreAsync(subjects.AllSignals, opts: Roomy, cancellationToken: ct);
        var answers = await nats.SubscribeCoreAsync(subjects.Outcome(Desk.Portfolio, Desk.Agent), opts: Roomy, cancellationToken: ct);
        await nats.PingAsync(ct);
        running.Add(Task.Run(() => AnswerQuotesAsync(signals, stopping.Token), ct));
        running.Add(Task.Run(() => TakeOutcomesAsync(answers, stopping.Token), ct));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var task in running) await task.ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.Dispose();
    }

    private async Task AnswerQuotesAsync(NatsSub signals, CancellationToken ct)
    {
        await using var _ = signals;
        var (intents, watermarks) = (subjects.Intent(Desk.Portfolio, Desk.Agent), subjects.Progress(Desk.Portfolio, Desk.Agent));
        var shape = EventJson.Options.GetTypeInfo(typeof(Intent));
        while (await signals.Msgs.WaitToReadAsync(ct))
        {
            var (time, sent) = (Timestamp.MinValue, 0L);
            while (signals.Msgs.TryRead(out var message))
            {
                Signal quote;
                using (message) quote = SignalJson.Read(message.Memory.Span).Signal!;
                await nats.PublishAsync(intents, JsonSerializer.SerializeToUtf8Bytes(mind(quote), shape), cancellationToken: ct);
                (time, sent) = (quote.Time, quote.Sequence);
            }

            await nats.PublishAsync(watermarks, new ProgressMessage(Desk.Agent, time, sent).ToJson(), cancellationToken: ct);
        }
    }

    private async Task TakeOutcomesAsync(NatsSub answers, CancellationToken ct)
    {
        await using var _ = answers;
        await foreach (var message in answers.Msgs.ReadAllAsync(ct))
        {
            using (message) Take(message.Memory.Span, Stopwatch.GetTimestamp());
        }
    }

    private void Take(ReadOnlySpan<byte> body, long at)
    {
        if (body.IndexOf("\"outcome\":\"approved\""u8) < 0)
        {
            LastOther = System.Text.Encoding.UTF8.GetString(body);
            Interlocked.Increment(ref others);
            return;
        }

        var reader = new Utf8JsonReader(body);
        while (reader.Read() && (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("id"u8)))
        {
        }

        reader.Read();
        System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out long quote, out _);
        OnFilled?.Invoke(quote, at);
        Interlocked.Increment(ref approved);
    }
}
