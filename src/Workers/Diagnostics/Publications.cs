using System.Globalization;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Publishing;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <param name="Position">The event that it tells.</param>
internal sealed record Publication(string Stream, ulong Sequence, string Subject, Timestamp At, long Position);

/// <summary>Finds what the publisher told of events: headers alone, from the time of the first on.</summary>
internal sealed class Publications(PlatformView view, List<string> notes)
{
    private const int MaxRead = 20_000;

    public async Task<IReadOnlyList<Publication>> FindAsync(IReadOnlyList<RecordedEvent> events, CancellationToken ct)
    {
        var types = PublisherRole.Told(view.Subjects, "x").Select(t => t.Type).ToHashSet(StringComparer.Ordinal);
        var wanted = events.Where(e => types.Contains(e.Type)).ToDictionary(e => e.SeqId.ToString(CultureInfo.InvariantCulture), e => e.SeqId, StringComparer.Ordinal);
        var found = new List<Publication>();
        if (wanted.Count == 0) return found;
        try
        {
            var js = await view.JetStreamAsync(ct);
            var stream = view.Subjects.EventStream;
            if (await Checks.NatsChecks.StreamAsync(js, stream, ct) is not { State.Messages: > 0 } info)
            {
                notes.Add($"{stream} holds nothing: what was published is not known");
                return found;
            }

            // The clocks of server and database may differ by a little.
            var from = new ConsumerConfig { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = events.Min(e => e.Timestamp) - TimeSpan.FromSeconds(5), HeadersOnly = true };
            await foreach (var message in StoredMessages.ReadAsync(js, stream, from, info.State.LastSeq, MaxRead, ct))
            {
                using (message)
                {
                    if (message.Headers is not { } headers || !headers.TryGetLastValue("Est-Position", out var told) || !wanted.Remove(told, out var position)) continue;
                    var at = message.Metadata!.Value;
                    found.Add(new Publication(stream, at.Sequence.Stream, message.Subject, Timestamp.From(at.Timestamp), position));
                    if (wanted.Count == 0) break;
                }
            }

            if (wanted.Count > 0) notes.Add($"{wanted.Count} events that are published are not in {stream} any more, or not yet");
        }
        catch (Exception e) when (e is NatsException or ConfigurationException)
        {
            notes.Add($"NATS was not asked for publications: {e.Message}");
        }

        return found;
    }
}
