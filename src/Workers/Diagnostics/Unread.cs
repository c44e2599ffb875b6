using System.Globalization;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Messages of a stream that somebody who should take them has not taken yet.</summary>
public sealed record Unread(string Reader, long Messages)
{
    /// <summary>Engines keep their place on their tapes, others in consumers of the server.</summary>
    public static async Task<IReadOnlyList<Unread>> CountAsync(PlatformView view, StreamInfo stream, CancellationToken ct)
    {
        var found = new List<Unread>();
        var name = stream.Config.Name!;
        foreach (var portfolio in view.Portfolios)
        {
            if (name != view.Subjects.SignalStream && name != view.Subjects.InboxStream(portfolio)) continue;
            var cursor = (await new Tapes(view.Reader).NewestAsync(portfolio, ct))?.Cursor(name);
            // A stream made anew counts from 1 again: what an engine has read of the old one is none of this.
            var read = cursor is not null && cursor.Incarnation == stream.Created.UtcTicks.ToString(CultureInfo.InvariantCulture) ? cursor.Position : 0;
            var waiting = Math.Min(stream.State.Messages, (long)stream.State.LastSeq - read);
            if (waiting > 0) found.Add(new Unread($"engine {portfolio}", waiting));
        }

        await foreach (var consumer in (await view.JetStreamAsync(ct)).ListConsumersAsync(name, ct))
            if (consumer.Config.DurableName is { } durable && consumer.NumPending > 0) found.Add(new Unread($"consumer {durable}", (long)consumer.NumPending));
        return found;
    }
}
