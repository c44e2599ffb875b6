using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>Creates the JetStream streams that the platform needs; harmless to repeat.</summary>
public static class StreamSetup
{
    private const long MiB = 1L << 20;

    public static Task SignalsAsync(NatsJSContext js, Subjects subjects, CancellationToken ct) =>
        EnsureAsync(js, subjects.SignalStream, [subjects.AllSignals], 1_024 * MiB, StreamConfigDiscard.New, ct);

    public static Task InboxAsync(NatsJSContext js, Subjects subjects, string portfolio, CancellationToken ct) =>
        EnsureAsync(js, subjects.InboxStream(portfolio), subjects.Inbox(portfolio), 512 * MiB, StreamConfigDiscard.Old, ct);

    /// <summary>For listeners; the log is the record, so the oldest may go.</summary>
    public static Task EventsAsync(NatsJSContext js, Subjects subjects, CancellationToken ct) =>
        EnsureAsync(js, subjects.EventStream, subjects.Events, 256 * MiB, StreamConfigDiscard.Old, ct);

    private static async Task EnsureAsync(NatsJSContext js, string name, string[] subjects, long maxBytes, StreamConfigDiscard discard, CancellationToken ct) =>
        await js.CreateOrUpdateStreamAsync(new StreamConfig(name, subjects) { MaxBytes = maxBytes, Discard = discard, Storage = StreamConfigStorage.File }, ct);
}
