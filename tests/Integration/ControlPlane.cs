using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Integration;

/// <summary>Stands for the control plane where a test has none.</summary>
public static class ControlPlane
{
    /// <summary>Puts a command into the log, as the control plane does once it knows who asks, and nudges the engine.</summary>
    /// <param name="id">Null: one that nobody had.</param>
    public static async Task AuthoriseAsync(this Platform platform, JsonElement command, string? id = null, string actor = "olga", string? approver = null)
    {
        const string stream = "control-main";
        var version = await platform.Reader.StreamVersionAsync(stream) + 1;
        var authorised = new CommandAuthorised(
            id ?? $"{stream}-{version}", "main", actor, approver, "riskOfficer", "key", "127.0.0.1", "a test", "", command, Timestamp.From(DateTimeOffset.UtcNow));
        await platform.Appender.AppendAsync(new AppendBatch(
            [new PendingEvent(stream, version, EventJson.AliasOf(authorised), EventId.For(stream, version), EventJson.Serialize(authorised), null, null)], DateTimeOffset.UtcNow));
        await platform.Nats.PublishAsync(platform.Subjects.Nudge("main"), ReadOnlyMemory<byte>.Empty);
    }

    public static Task CancelAsync(this Platform platform, string orderId) => platform.AuthoriseAsync(InputJson.ToElement(new CancelOrder(orderId)));
}
