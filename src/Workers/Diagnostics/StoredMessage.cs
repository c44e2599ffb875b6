using System.Globalization;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Engines;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <param name="At">When the server stored it.</param>
internal sealed record StoredAt(string Stream, ulong Sequence, string Subject, Timestamp At);

/// <summary>Finds the message of NATS that an input was: between how far the batch before it had read, and how far its own did.</summary>
internal sealed class StoredMessage(PlatformView view, List<string> notes)
{
    private const int MaxRead = 60_000;

    public async Task<StoredAt?> FindAsync(Batch batch, Batch? before, TapeEntry input, CancellationToken ct)
    {
        var stream = input.Kind switch { "signal" => view.Subjects.SignalStream, "intent" or "malformed" or "progress" or "agentFailed" => view.Subjects.InboxStream(batch.Tape.Portfolio), _ => null };
        if (stream is null) return null;
        if (batch.Cursor(stream) is not { } read) return Missing($"the tape does not say how far {stream} was read");
        try
        {
            var js = await view.JetStreamAsync(ct);
            if (await Checks.NatsChecks.StreamAsync(js, stream, ct) is not { } info) return Missing($"{stream} is not there any more");
            if (info.Created.UtcTicks.ToString(CultureInfo.InvariantCulture) != read.Incarnation) return Missing($"{stream} was made anew since");
            // After a rewind a batch may begin before the one before it ended.
            var from = before?.Cursor(stream) is { } last && last.Incarnation == read.Incarnation && last.Position <= read.Position ? last.Position + 1 : 1;
            var decoder = new InboxDecoder(view.Subjects);
            var wanted = new ConsumerConfig { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)from };
            await foreach (var message in StoredMessages.ReadAsync(js, stream, wanted, (ulong)read.Position, MaxRead, ct))
            {
                using (message)
                {
                    if (!Is(input, decoder, message.Subject, message.Memory.Span)) continue;
                    var at = message.Metadata!.Value;
                    return new StoredAt(stream, at.Sequence.Stream, message.Subject, Timestamp.From(at.Timestamp));
                }
            }

            return Missing($"{stream} does not have it any more, between {from} and {read.Position}");
        }
        catch (Exception e) when (e is NatsException or ConfigurationException)
        {
            return Missing($"NATS was not asked: {e.Message}");
        }
    }

    private static bool Is(TapeEntry input, InboxDecoder decoder, string subject, ReadOnlySpan<byte> body)
    {
        if (input.Kind == "signal")
            return InboxDecoder.Signal(body).Signal is { } signal && input.Data.GetProperty("feed").GetString() == signal.Feed && input.Data.GetProperty("sequence").ToString() == signal.Sequence.ToString(CultureInfo.InvariantCulture);
        return (InputJson.Read(input.Kind, input.Data), decoder.Decode(subject, body)) switch
        {
            (IntentInput a, IntentInput b) => a.Intent.IntentId == b.Intent.IntentId && a.Addressee == b.Addressee,
            (MalformedInput a, MalformedInput b) => a.RawSha256 == b.RawSha256 && a.Addressee == b.Addressee,
            (ProgressInput a, ProgressInput b) => a == b,
            (AgentFailedInput a, AgentFailedInput b) => a == b,
            _ => false,
        };
    }

    private StoredAt? Missing(string why)
    {
        notes.Add(why);
        return null;
    }
}
