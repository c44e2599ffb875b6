using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Nats.Tests.JetStream;

public sealed class ConsumerTests(SharedServer server)
{
    internal static async Task<string> FilledStreamAsync(NatsJSContext js, int count, Func<StreamConfig, StreamConfig>? with = null)
    {
        var name = SharedServer.NewName("S");
        var config = new StreamConfig(name, [$"{name}.>"]) { Storage = StreamConfigStorage.Memory };
        await js.CreateStreamAsync(with?.Invoke(config) ?? config);
        var futures = new List<NatsJSPublishConcurrentFuture>();
        for (var i = 1; i <= count; i++)
            futures.Add(await js.PublishConcurrentAsync($"{name}.{(i % 2 == 0 ? "even" : "odd")}", BitConverter.GetBytes(i)));
        foreach (var future in futures)
            (await future.GetResponseAsync()).EnsureSuccess();
        return name;
    }

    internal static int Number(NatsJSMsg msg) => BitConverter.ToInt32(msg.Data.Span);

    [Fact]
    public async Task A_durable_pull_goes_on_where_it_left_off()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 10);
        var config = new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit };
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, config);
        var first = new List<int>();
        await foreach (var msg in consumer.FetchAsync(new() { MaxMsgs = 4 }))
        {
            first.Add(Number(msg));
            await msg.AckAsync();
        }
        Assert.Equal([1, 2, 3, 4], first);

        var again = await js.CreateOrUpdateConsumerAsync(stream, config);
        var second = new List<int>();
        await foreach (var msg in again.FetchAsync(new() { MaxMsgs = 100, Expires = TimeSpan.FromMilliseconds(300) }))
        {
            second.Add(Number(msg));
            await msg.AckAsync(new AckOpts { DoubleAck = true });
        }
        Assert.Equal([5, 6, 7, 8, 9, 10], second);
        await again.RefreshAsync();
        Assert.Equal(0, again.Info.NumAckPending);
        Assert.Equal(10UL, again.Info.AckFloor.StreamSeq);
        await js.DeleteStreamAsync(stream);
    }
}
