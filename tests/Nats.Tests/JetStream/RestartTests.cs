using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Nats.Tests.JetStream;

public sealed class RestartTests(SharedServer server)
{
    private static NatsConnection Quick(string url) => new(new NatsOpts
    {
        Url = url,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(5),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(50),
    });

    [Fact]
    public async Task Consuming_goes_on_after_the_server_was_killed()
    {
        await using var own = await NatsServerProcess.StartAsync();
        await using var nats = Quick(own.Url);
        using var js = new NatsJSContext(nats);
        await js.CreateStreamAsync(new StreamConfig("S", ["s"]));
        var consumer = await js.CreateOrUpdateConsumerAsync("S", new("c") { AckWait = TimeSpan.FromSeconds(1) });
        var seen = new HashSet<int>();
        using var stop = new CancellationTokenSource();
        var consuming = Task.Run(async () =>
        {
            await foreach (var msg in consumer.ConsumeAsync(new() { MaxMsgs = 100 }, stop.Token))
            {
                await msg.AckAsync();
                lock (seen)
                    seen.Add(ConsumerTests.Number(msg));
            }
        });
        for (var i = 0; i < 600; i++)
        {
            if (i % 200 == 199)
            {
                await own.KillAsync();
                await own.StartAgainAsync();
            }
            while (true)
            {
                try
                {
                    (await js.PublishAsync("s", BitConverter.GetBytes(i), new() { MsgId = $"{i}" })).EnsureStored();
                    break;
                }
                catch (NatsException)
                {
                    // in doubt: again, with the same id
                }
            }
        }
        await SharedServer.UntilAsync(() => seen.Count == 600 || consuming.IsCompleted, "all are consumed");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
    }

    [Fact]
    public async Task An_idle_consumer_sees_what_comes_after_a_cut()
    {
        await using var proxy = new CuttingProxy(server.Url);
        var (direct, setup) = await server.JetStreamAsync();
        await using var _ = direct;
        var stream = await ConsumerTests.FilledStreamAsync(setup, 0);
        var config = new ConsumerConfig("c") { AckWait = TimeSpan.FromMilliseconds(300) }; // for those sent into the cut
        await setup.CreateOrUpdateConsumerAsync(stream, config);
        await setup.CreateOrUpdateConsumerAsync(stream, config with { DurableName = "f" });
        await using var nats = Quick(proxy.Url);
        using var js = new NatsJSContext(nats);
        await using var flow = (await js.GetConsumerAsync(stream, "c")).ConsumeAsync().GetAsyncEnumerator();
        await using var batch = (await js.GetConsumerAsync(stream, "f")).FetchAsync(new() { MaxMsgs = 1000 }).GetAsyncEnumerator();
        for (var cut = 0; cut < 20; cut++)
        {
            var flowing = UntilAsync(flow, cut);
            var fetching = UntilAsync(batch, cut);
            proxy.CutAll();
            await setup.PublishAsync($"{stream}.a", BitConverter.GetBytes(cut));
            await Task.WhenAll(flowing, fetching).WaitAsync(SharedServer.Generous);
        }

        static async Task UntilAsync(IAsyncEnumerator<NatsJSMsg> flow, int wanted)
        {
            do
            {
                Assert.True(await flow.MoveNextAsync());
                await flow.Current.AckAsync(); // may be lost in the cut: then the message comes once more
            }
            while (ConsumerTests.Number(flow.Current) < wanted);
            Assert.Equal(wanted, ConsumerTests.Number(flow.Current));
        }
    }

    [Fact]
    public async Task A_server_that_forgets_the_pull_is_noticed_by_its_missing_heartbeats()
    {
        await using var proxy = new CuttingProxy(server.Url);
        var (direct, setup) = await server.JetStreamAsync();
        await using var _ = direct;
        var stream = await ConsumerTests.FilledStreamAsync(setup, 0);
        await setup.CreateOrUpdateConsumerAsync(stream, new("c"));
        await using var nats = Quick(proxy.Url);
        using var js = new NatsJSContext(nats);
        var consumer = await js.GetConsumerAsync(stream, "c");
        await using var flow = consumer.ConsumeAsync(new() { Expires = TimeSpan.FromSeconds(60), IdleHeartbeat = TimeSpan.FromMilliseconds(100) }).GetAsyncEnumerator();
        var waiting = flow.MoveNextAsync().AsTask();
        await SharedServer.UntilAsync(() => Waiting(setup, stream) == 1, "the pull is there");
        proxy.Frozen = true; // the pull stays with the server; its heartbeats do not arrive
        var silent = DateTime.UtcNow + TimeSpan.FromMilliseconds(500);
        await SharedServer.UntilAsync(() => DateTime.UtcNow > silent, "it has been silent");
        proxy.Frozen = false;
        await setup.PublishAsync($"{stream}.a", BitConverter.GetBytes(1));
        Assert.True(await waiting.WaitAsync(SharedServer.Generous));
    }

    [Fact]
    public async Task An_ephemeral_consumer_that_died_with_its_server_is_told_and_can_be_made_anew()
    {
        await using var own = await NatsServerProcess.StartAsync();
        await using var nats = Quick(own.Url);
        using var js = new NatsJSContext(nats);
        await js.CreateStreamAsync(new StreamConfig("S", ["s"]));
        await js.PublishAsync("s", BitConverter.GetBytes(1));
        var config = new ConsumerConfig { MemStorage = true, InactiveThreshold = TimeSpan.FromMinutes(5) };
        var consumer = await js.CreateOrUpdateConsumerAsync("S", config);
        await using var flow = consumer.ConsumeAsync().GetAsyncEnumerator();
        Assert.True(await flow.MoveNextAsync());
        var waiting = flow.MoveNextAsync().AsTask();
        var next = consumer.NextAsync().AsTask();
        await own.KillAsync();
        await own.StartAgainAsync();
        var gone = await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(() => waiting.WaitAsync(SharedServer.Generous));
        Assert.Equal(("S", consumer.Info.Name), (gone.Stream, gone.Consumer));
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(() => next.WaitAsync(SharedServer.Generous));
        var again = await js.CreateOrUpdateConsumerAsync("S", config with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 1 });
        Assert.NotNull(await again.NextAsync());
    }

    [Fact]
    public async Task A_deleted_consumer_or_stream_ends_the_flow_with_a_typed_error()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await ConsumerTests.FilledStreamAsync(js, 0);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("c"));
        var waiting = consumer.ConsumeAsync().GetAsyncEnumerator().MoveNextAsync().AsTask();
        await SharedServer.UntilAsync(() => Waiting(js, stream) == 1, "the pull is there");
        await js.DeleteConsumerAsync(stream, "c");
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(() => waiting.WaitAsync(SharedServer.Generous));
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await consumer.NextAsync());
        await js.DeleteStreamAsync(stream);
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await consumer.NextAsync());
    }

    private static long Waiting(NatsJSContext js, string stream) =>
        js.GetConsumerAsync(stream, "c").AsTask().GetAwaiter().GetResult().Info.NumWaiting;
}
