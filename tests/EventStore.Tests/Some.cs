using System.Text;

namespace EventSourcedTrading.EventStore.Tests;

/// <summary>Events for tests.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, 123, 456, TimeSpan.Zero);

    public static PendingEvent Event(string stream, long version, string data = "{\"n\":1}", string type = "thing_happened") =>
        new(stream, version, type, EventId.For(stream, version), Encoding.UTF8.GetBytes(data), "decision-1", null);

    /// <summary>Consecutive events of one stream.</summary>
    public static AppendBatch Batch(string stream, long fromVersion, int count = 1)
    {
        var events = new PendingEvent[count];
        for (var i = 0; i < count; i++) events[i] = Event(stream, fromVersion + i);
        return new AppendBatch(events, Noon);
    }

    public static AppendBatch Batch(params PendingEvent[] events) => new(events, Noon);
}
