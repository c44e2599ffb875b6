using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// Brings an engine what others have put into a stream of the log for it: the control plane its commands, the broker role its reports.
/// Only who may write to the log can command or report a fill; NATS does no more than say that it is worth looking now.
/// </summary>
/// <param name="nudge">Subject of the hints.</param>
/// <param name="read">The input that an event stands for; null for none.</param>
public sealed class StreamSource(Platform platform, string stream, string nudge, Func<DomainEvent, Input?> read, ChannelWriter<Arrival> inputs)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads from where the log says that it was read, until cancelled.</summary>
    public async Task RunAsync(IReadOnlyDictionary<string, StreamPosition> cursors, CancellationToken ct)
    {
        var nudges = new Nudges();
        var known = (long)cursors.GetValueOrDefault(stream, StreamPosition.Start).Sequence;
        await await Task.WhenAny(nudges.ListenAsync(platform.Nats, nudge, ct), ReadAsync(known, nudges, ct));
    }

    private async Task ReadAsync(long known, Nudges nudges, CancellationToken ct)
    {
        while (true)
        {
            await foreach (var e in platform.Reader.ReadStreamAsync(stream, known + 1, ct: ct))
            {
                known = e.Version;
                if (read(EventJson.Deserialize(e.Type, e.Data.Span)) is not { } input) continue;
                await inputs.WriteAsync(new Arrival(input, stream, new StreamPosition("", (ulong)e.Version, "")), ct);
            }

            await nudges.WaitAsync(PollEvery, ct);
        }
    }
}
