using EventSourcedTrading.Bench.Measuring;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>Our client and JetStream, messages of 500 bytes: publishing that is acknowledged, and reading; beside publishing without.</summary>
public sealed class NatsBench : IBench
{
    private const int Count = 50_000;
    private static readonly byte[] Payload = new byte[500];

    public IReadOnlyList<string> Names => ["nats.publish_acked_per_s", "nats.consume_per_s"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = Servers.Nats, Name = "bench" });
        using var js = new NatsJSContext(nats, new NatsJSOpts { MaxPublishConcurrency = 1_000 });
        var name = $"bench{Guid.NewGuid():N}";
        await js.CreateStreamAsync(new StreamConfig(name, [$"{name}.a"]) { MaxBytes = 256 << 20, Discard = StreamConfigDiscard.Old }, ct);
        try
        {
            var rates = await Interleaved.RatesAsync(
                5, TimeSpan.Zero, _ => StoreAsync(js, $"{name}.a", ct), _ => ConsumeAsync(js, name, ct), _ => PublishAsync(nats, $"{name}.b", ct));
            results.Add("nats.publish_acked_per_s", rates[0], "messages/s", "core publish", rates[2]);
            results.Add("nats.consume_per_s", rates[1], "messages/s", "core publish", rates[2]);
        }
        finally
        {
            await js.DeleteStreamAsync(name, CancellationToken.None);
        }
    }

    private static async Task<long> StoreAsync(NatsJSContext js, string subject, CancellationToken ct)
    {
        var open = new Queue<NatsJSPublishConcurrentFuture>();
        for (var i = 0; i < Count; i++)
        {
            if (open.Count >= 1_000) (await open.Dequeue().GetResponseAsync(ct)).EnsureStored();
            open.Enqueue(await js.PublishConcurrentAsync(subject, Payload, cancellationToken: ct));
        }

        while (open.Count > 0) (await open.Dequeue().GetResponseAsync(ct)).EnsureStored();
        return Count;
    }

    /// <summary>As the engine reads: in order, without acknowledgements, with a consumer of its own; the latest messages.</summary>
    private static async Task<long> ConsumeAsync(NatsJSContext js, string stream, CancellationToken ct)
    {
        var last = (await js.GetStreamAsync(stream, ct)).Info.State.LastSeq;
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig
        {
            DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = last - Count + 1,
            AckPolicy = ConsumerConfigAckPolicy.None, InactiveThreshold = TimeSpan.FromSeconds(30), MemStorage = true,
        }, ct);
        var count = 0L;
        await foreach (var message in consumer.ConsumeAsync(new NatsJSConsumeOpts { MaxMsgs = 2_000 }, ct))
        {
            using (message)
            {
                if (message.Memory.Length != Payload.Length) throw new InvalidOperationException("a message came back with another length");
            }

            if (++count == Count) break;
        }

        return count;
    }

    private static async Task<long> PublishAsync(NatsConnection nats, string subject, CancellationToken ct)
    {
        for (var i = 0; i < 4 * Count; i++) await nats.PublishAsync(subject, Payload, cancellationToken: ct);
        await nats.PingAsync(ct);
        return 4 * Count;
    }
}
