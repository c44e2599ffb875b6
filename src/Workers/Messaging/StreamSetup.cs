using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>The JetStream streams that the platform needs. To create them is harmless to repeat.</summary>
public static class StreamSetup
{
    private const long MiB = 1L << 20;

    /// <summary>All of a platform with these portfolios.</summary>
    public static IReadOnlyList<StreamConfig> All(Subjects subjects, IEnumerable<string> portfolios) =>
        [Signals(subjects), .. portfolios.Select(p => Inbox(subjects, p)), Events(subjects)];

    public static StreamConfig Signals(Subjects subjects) => Stream(subjects.SignalStream, [subjects.AllSignals], 1_024 * MiB, StreamConfigDiscard.New);

    public static StreamConfig Inbox(Subjects subjects, string portfolio) =>
        Stream(subjects.InboxStream(portfolio), subjects.Inbox(portfolio), 512 * MiB, StreamConfigDiscard.Old);

    /// <summary>For listeners; the log is the record, so the oldest may go.</summary>
    public static StreamConfig Events(Subjects subjects) => Stream(subjects.EventStream, subjects.Events, 256 * MiB, StreamConfigDiscard.Old);

    public static Task SignalsAsync(NatsJSContext js, Subjects subjects, CancellationToken ct) => EnsureAsync(js, Signals(subjects), ct);

    public static Task InboxAsync(NatsJSContext js, Subjects subjects, string portfolio, CancellationToken ct) => EnsureAsync(js, Inbox(subjects, portfolio), ct);

    public static Task EventsAsync(NatsJSContext js, Subjects subjects, CancellationToken ct) => EnsureAsync(js, Events(subjects), ct);

    public static async Task EnsureAsync(NatsJSContext js, StreamConfig config, CancellationToken ct) => await js.CreateOrUpdateStreamAsync(config, ct);

    private static StreamConfig Stream(string name, string[] subjects, long maxBytes, StreamConfigDiscard discard) =>
        new(name, subjects) { MaxBytes = maxBytes, Discard = discard, Storage = StreamConfigStorage.File };
}
