using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Messaging;

/// <summary>A place in a JetStream stream.</summary>
/// <param name="Incarnation">When the stream was created: one made anew counts from 1 again.</param>
/// <param name="Sequence">Of the last message taken; 0 before the first.</param>
/// <param name="Stamp">When the server stored that message. Another stamp at this sequence means that the server lost messages
/// which we have seen, and filled their places with others.</param>
public readonly record struct StreamPosition(string Incarnation, ulong Sequence, string Stamp)
{
    public static readonly StreamPosition Start = new("", 0, "");
}

/// <summary>
/// Reads a stream in order from a position that the reader keeps itself, beside what it made of the messages. The server's own
/// bookkeeping is not relied on: after a reconnect, a restart or a loss the reading goes on where it must, and what comes twice
/// is for the caller to recognise by its id.
/// </summary>
public sealed class OrderedReader(NatsJSContext js, string stream, ILogger log)
{
    /// <summary>How far back a reader goes if the server lost messages: more than it can have had unflushed.</summary>
    private const ulong Rewind = 50_000;

    private static readonly NatsJSConsumeOpts Ahead = new() { MaxMsgs = 2_000, Expires = TimeSpan.FromSeconds(10), IdleHeartbeat = TimeSpan.FromSeconds(1), EndWhenLost = true };

    /// <summary>Messages after <paramref name="from"/>, without end. The caller disposes each message.</summary>
    public async IAsyncEnumerable<(NatsJSMsg Message, StreamPosition Position)> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken ct)
    {
        var at = from;
        for (var attempt = 0; ; attempt++)
        {
            ct.ThrowIfCancellationRequested();
            if (attempt > 0) await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 50 << Math.Min(attempt, 5))), ct);
            NatsJSConsumer? consumer = null;
            try
            {
                at = await ResumeAsync(at, ct);
                consumer = await js.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig
                {
                    DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = at.Sequence + 1,
                    AckPolicy = ConsumerConfigAckPolicy.None, InactiveThreshold = TimeSpan.FromSeconds(30), MemStorage = true,
                }, ct);
            }
            catch (NatsException e) when (!ct.IsCancellationRequested)
            {
                log.LogDebug(e, "{Stream}: cannot read yet", stream);
                continue;
            }

            var delivered = 0UL;
            await using var messages = consumer.ConsumeAsync(Ahead, ct).GetAsyncEnumerator(ct);
            while (await NextAsync(messages, ct))
            {
                var message = messages.Current;
                var meta = message.Metadata!.Value;
                // Unacknowledged delivery may drop what was on the wire when a connection broke: begin again after the last one.
                if (meta.Sequence.Consumer != ++delivered)
                {
                    message.Dispose();
                    break;
                }

                if (meta.Sequence.Stream <= at.Sequence)
                {
                    message.Dispose();
                    continue;
                }

                attempt = 0;
                at = at with { Sequence = meta.Sequence.Stream, Stamp = Stamp(meta.Timestamp) };
                yield return (message, at);
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<NatsJSMsg> messages, CancellationToken ct)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (NatsException e) when (!ct.IsCancellationRequested)
        {
            log.LogDebug(e, "{Stream}: reading was interrupted", stream);
            return false;
        }
    }

    /// <summary>Where to go on: at the same place if the server still has there what we saw.</summary>
    private async Task<StreamPosition> ResumeAsync(StreamPosition at, CancellationToken ct)
    {
        var info = (await js.GetStreamAsync(stream, ct)).Info;
        var incarnation = Stamp(info.Created);
        if (at.Incarnation.Length == 0) return at with { Incarnation = incarnation };
        if (at.Incarnation != incarnation)
        {
            log.LogWarning("{Stream} was made anew; reading it from its start", stream);
            return new StreamPosition(incarnation, 0, "");
        }

        if (at.Sequence == 0 || at.Sequence < info.State.FirstSeq) return at;
        if (at.Sequence <= info.State.LastSeq)
        {
            try
            {
                var stored = await js.GetMessageAsync(stream, new StreamMsgGetRequest { Seq = at.Sequence }, ct);
                if (IsSame(stored.Time, at.Stamp)) return at;
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                return at; // deleted since; nothing says that others were lost
            }
        }

        var back = at.Sequence > Rewind ? at.Sequence - Rewind : 0;
        log.LogWarning("{Stream}: the server lost messages that were already taken; reading again from {Sequence}", stream, back + 1);
        return new StreamPosition(incarnation, back, "");
    }

    // The two places where the server names the time round its nanoseconds differently.
    private static bool IsSame(DateTimeOffset time, string stamp) =>
        long.TryParse(stamp, CultureInfo.InvariantCulture, out var ticks) && Math.Abs(time.UtcTicks - ticks) <= 1;

    private static string Stamp(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
