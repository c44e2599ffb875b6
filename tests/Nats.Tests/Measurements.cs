using System.Diagnostics;
using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Nats.Tests;

/// <summary>Figures, not judgements: run with <c>-explicit only</c>. Memory stream, payload of 500 bytes, everything on one machine.</summary>
public sealed class Measurements(SharedServer server, ITestOutputHelper output)
{
    private const int Count = 200_000;
    private static readonly byte[] Payload = new byte[500];

    [Fact(Explicit = true)]
    public async Task Core_and_JetStream()
    {
        await using var nats = await server.ConnectAsync();
        await using var other = await server.ConnectAsync();
        var subject = SharedServer.NewName();

        for (var round = 1; round <= 2; round++) // the first warms up
        {
            await using (var sub = await other.SubscribeCoreAsync(subject, opts: new() { ChannelOpts = new() { Capacity = 2 * Count } }))
            {
                await other.PingAsync();
                await MeasureAsync("core publish and receive", async () =>
                {
                    var reading = Task.Run(async () =>
                    {
                        var left = Count;
                        await foreach (var msg in sub.Msgs.ReadAllAsync())
                        {
                            msg.Dispose();
                            if (--left == 0)
                                return;
                        }
                    });
                    for (var i = 0; i < Count; i++)
                        await nats.PublishAsync(subject, Payload);
                    await reading;
                });
            }

            using var js = new NatsJSContext(nats, new NatsJSOpts { MaxPublishConcurrency = 1000 });
            var stream = SharedServer.NewName("S");
            await js.CreateStreamAsync(new StreamConfig(stream, [$"{stream}.>"]) { Storage = StreamConfigStorage.Memory });
            await MeasureAsync("publish acknowledged, 1000 in flight", async () =>
            {
                NatsJSPublishConcurrentFuture last = default;
                for (var i = 0; i < Count; i++)
                    last = await js.PublishConcurrentAsync($"{stream}.a", Payload);
                (await last.GetResponseAsync()).EnsureSuccess();
            });
            var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("c") { MaxAckPending = 10_000 });
            await MeasureAsync("consume and acknowledge", async () =>
            {
                var left = Count;
                await foreach (var msg in consumer.ConsumeAsync(new() { MaxMsgs = 2000 }))
                {
                    await msg.AckAsync();
                    msg.Dispose();
                    if (--left == 0)
                        return;
                }
            });
            await js.DeleteStreamAsync(stream);
        }
        await RoundTripsAsync(nats, other, SharedServer.NewName());
    }

    private async Task RoundTripsAsync(NatsConnection nats, NatsConnection other, string subject)
    {
        await using var sub = await other.SubscribeCoreAsync(subject);
        await other.PingAsync();
        var answering = Task.Run(async () =>
        {
            await foreach (var msg in sub.Msgs.ReadAllAsync())
            {
                await msg.ReplyAsync(msg.Memory);
                msg.Dispose();
            }
        });
        var times = new List<double>();
        for (var i = 0; i < 20_000; i++)
        {
            var started = Stopwatch.GetTimestamp();
            (await nats.RequestAsync(subject, Payload)).Dispose();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        times.Sort();
        output.WriteLine($"request-reply: p50 {times[times.Count / 2]:0} µs, p99 {times[times.Count * 99 / 100]:0} µs");
        await sub.DrainAsync();
        await answering;
    }

    private async Task MeasureAsync(string what, Func<Task> work)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        output.WriteLine($"{what}: {Count / watch.Elapsed.TotalSeconds:#,0}/s, {allocated / (double)Count:0} B allocated per message");
    }
}
