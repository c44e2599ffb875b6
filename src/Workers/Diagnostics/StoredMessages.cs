using System.Runtime.CompilerServices;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Reads what a stream holds, from a place up to another, and leaves nothing behind.</summary>
internal static class StoredMessages
{
    private static readonly NatsJSFetchOpts Page = new() { MaxMsgs = 500, Expires = TimeSpan.FromSeconds(2) };

    /// <param name="start">Where to start, and which subjects; whether with bodies.</param>
    /// <param name="upTo">Last sequence that is wanted.</param>
    /// <param name="most">Messages after which the reading ends in any case.</param>
    /// <returns>In the order of the stream; the caller disposes each.</returns>
    public static async IAsyncEnumerable<NatsJSMsg> ReadAsync(
        NatsJSContext js, string stream, ConsumerConfig start, ulong upTo, int most, [EnumeratorCancellation] CancellationToken ct)
    {
        var consumer = await js.CreateOrUpdateConsumerAsync(
            stream, start with { AckPolicy = ConsumerConfigAckPolicy.None, InactiveThreshold = TimeSpan.FromSeconds(10), MemStorage = true }, ct);
        try
        {
            for (var (seen, more) = (0, true); more && seen < most;)
            {
                more = false;
                await foreach (var message in consumer.FetchNoWaitAsync(Page, ct))
                {
                    if (message.Metadata is not { } at || at.Sequence.Stream > upTo)
                    {
                        message.Dispose();
                        yield break;
                    }

                    seen++;
                    more = at.NumPending > 0;
                    yield return message;
                }
            }
        }
        finally
        {
            await js.DeleteConsumerAsync(stream, consumer.Info.Name, CancellationToken.None);
        }
    }
}
