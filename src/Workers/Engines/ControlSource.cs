using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// Brings an engine the commands that the control plane has put into the log. Only who may write to the log can command; NATS does
/// no more than say that it is worth looking now.
/// </summary>
public sealed class ControlSource(Platform platform, string portfolio, ChannelWriter<Arrival> commands)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);
    private readonly string stream = $"control-{portfolio}";

    /// <summary>Reads from where the log says that it was read, until cancelled.</summary>
    public async Task RunAsync(IReadOnlyDictionary<string, StreamPosition> cursors, CancellationToken ct)
    {
        var nudges = new Nudges();
        var read = (long)cursors.GetValueOrDefault(stream, StreamPosition.Start).Sequence;
        await await Task.WhenAny(nudges.ListenAsync(platform.Nats, platform.Subjects.Nudge(portfolio), ct), ReadAsync(read, nudges, ct));
    }

    /// <summary>What cannot be read is answered and kept, like any other message; it must not stop the queue.</summary>
    private Input Read(CommandAuthorised command)
    {
        try
        {
            var input = InputJson.ToInput(command);
            return CommandRules.Form(input) is { } wrong ? Malformed(command, wrong.Code, wrong.Reason) : input;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return Malformed(command, "MALFORMED", $"command: {e.Message}");
        }
    }

    private MalformedInput Malformed(CommandAuthorised command, string code, string reason) =>
        InboxDecoder.Malformed(new Addressee(portfolio, ""), command.CommandId, code, reason, JsonMarshal.GetRawUtf8Value(command.Command));

    private async Task ReadAsync(long read, Nudges nudges, CancellationToken ct)
    {
        while (true)
        {
            await foreach (var e in platform.Reader.ReadStreamAsync(stream, read + 1, ct: ct))
            {
                read = e.Version;
                if (EventJson.Deserialize(e.Type, e.Data.Span) is not CommandAuthorised command) continue;
                await commands.WriteAsync(new Arrival(Read(command), stream, new StreamPosition("", (ulong)e.Version, "")), ct);
            }

            await nudges.WaitAsync(PollEvery, ct);
        }
    }
}
