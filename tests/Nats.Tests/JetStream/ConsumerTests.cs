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
        await foreach (var msg in again.FetchAsync(new() { MaxMsgs = 6 }))
        {
            second.Add(Number(msg));
            await msg.AckAsync(new AckOpts { DoubleAck = true });
        }
        Assert.Equal([5, 6, 7, 8, 9, 10], second);
        Assert.Null(await again.NextAsync(new() { Expires = TimeSpan.FromMilliseconds(200) }));
        await again.RefreshAsync();
        Assert.Equal(0, again.Info.NumAckPending);
        Assert.Equal(10UL, again.Info.AckFloor.StreamSeq);
        await js.DeleteStreamAsync(stream);
    }

    [Fact]
    public async Task Policies_choose_where_to_begin_and_what_to_see()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 10);
        Assert.Equal([7, 8, 9, 10], await AllAsync(new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 7 }));
        Assert.Equal([10], await AllAsync(new() { DeliverPolicy = ConsumerConfigDeliverPolicy.Last }));
        Assert.Equal([], await AllAsync(new() { DeliverPolicy = ConsumerConfigDeliverPolicy.New }));
        Assert.Equal([2, 4, 6, 8, 10], await AllAsync(new() { FilterSubject = $"{stream}.even" }));
        Assert.Equal([9, 10], await AllAsync(new() { DeliverPolicy = ConsumerConfigDeliverPolicy.LastPerSubject, FilterSubject = $"{stream}.*" }));
        Assert.Equal([6, 8, 10], await AllAsync(new("durable") { FilterSubject = $"{stream}.even", DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = 5 }));
        var third = await js.GetMessageAsync(stream, new() { Seq = 3 });
        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], await AllAsync(new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = third.Time }));

        async Task<List<int>> AllAsync(ConsumerConfig config)
        {
            var consumer = await js.CreateOrUpdateConsumerAsync(stream, config);
            var seen = new List<int>();
            await foreach (var msg in consumer.FetchNoWaitAsync())
                seen.Add(Number(msg));
            return seen;
        }
    }

    [Fact]
    public async Task The_metadata_tells_where_a_message_lies()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 4);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("meta") { FilterSubject = $"{stream}.even" });
        using var first = await consumer.NextAsync();
        using var second = await consumer.NextAsync();
        var stored = await js.GetMessageAsync(stream, new() { Seq = 4 });
        var metadata = second!.Metadata!.Value;
        Assert.Equal(new NatsJSSequencePair(4, 2), metadata.Sequence);
        Assert.Equal((1UL, 0UL, stream, "meta", ""), (metadata.NumDelivered, metadata.NumPending, metadata.Stream, metadata.Consumer, metadata.Domain));
        Assert.Equal(stored.Time, metadata.Timestamp);
        Assert.Equal(1UL, first!.Metadata!.Value.NumPending);
        Assert.Null(await consumer.NextAsync(new() { Expires = TimeSpan.FromMilliseconds(100) }));
    }

    [Theory]
    [InlineData("$JS.ACK.S.C.1.2.3.1600000000000000000.4", "S", "")]
    [InlineData("$JS.ACK._.acc.S.C.1.2.3.1600000000000000000.4", "S", "")]
    [InlineData("$JS.ACK.hub.acc.S.C.1.2.3.1600000000000000000.4.rnd", "S", "hub")]
    public void Both_forms_of_the_reply_subject_are_read(string replyTo, string stream, string domain)
    {
        var metadata = NatsJSMsgMetadata.Parse(replyTo)!.Value;
        Assert.Equal((stream, "C", domain, 1UL, 4UL), (metadata.Stream, metadata.Consumer, metadata.Domain, metadata.NumDelivered, metadata.NumPending));
        Assert.Equal(new NatsJSSequencePair(2, 3), metadata.Sequence);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1600000000), metadata.Timestamp);
    }

    [Theory]
    [InlineData("$JS.ACK.S.C.1.2.3.x.4")]
    [InlineData("$JS.ACK.S.C.1.2.3.-5.4")]
    [InlineData("$JS.ACK.S.C.1.2.3.18446744073709551615.4")]
    [InlineData("$JS.ACK.S.C.1.2.3")]
    [InlineData("a.b.c.d.e.f.g.h.i")]
    public void Another_reply_subject_has_no_metadata(string replyTo) => Assert.Null(NatsJSMsgMetadata.Parse(replyTo));

    [Fact]
    public async Task Not_acknowledged_comes_again_terminated_does_not_and_progress_buys_time()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 4);
        var config = new ConsumerConfig("acks") { AckWait = TimeSpan.FromSeconds(3) }; // a busy machine must not be late with a progress
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, config);
        var fetched = new List<NatsJSMsg>();
        await foreach (var msg in consumer.FetchAsync(new() { MaxMsgs = 4 }))
            fetched.Add(msg);
        var started = DateTime.UtcNow;
        await fetched[0].NakAsync();
        await fetched[1].NakAsync(delay: TimeSpan.FromMilliseconds(300));
        await fetched[2].AckTerminateAsync();
        using var stop = new CancellationTokenSource();
        var working = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await fetched[3].AckProgressAsync();
                await Task.Delay(100);
            }
        });

        using var again = await consumer.NextAsync();
        Assert.Equal((1, 2UL), (Number(again!), again!.Metadata!.Value.NumDelivered));
        await again.AckAsync();
        using var delayed = await consumer.NextAsync();
        Assert.Equal(2, Number(delayed!));
        Assert.True(DateTime.UtcNow - started >= TimeSpan.FromMilliseconds(290), "not before its delay");
        await delayed!.AckAsync();
        Assert.Null(await consumer.NextAsync(new() { Expires = TimeSpan.FromSeconds(5) })); // more than the AckWait: 3 is terminated, 4 in progress
        await stop.CancelAsync();
        await working;
        using var abandoned = await consumer.NextAsync();
        Assert.Equal(4, Number(abandoned!));
        await abandoned!.AckAsync(new AckOpts { DoubleAck = true });
        await consumer.RefreshAsync();
        Assert.Equal(0, consumer.Info.NumAckPending);
    }

    [Fact]
    public async Task Thousands_of_double_acknowledgements_are_all_confirmed()
    {
        const int Count = 10_000;
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, Count);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("sure") { MaxAckPending = 2 * Count });
        var confirmations = new List<Task>();
        await foreach (var msg in consumer.ConsumeAsync(new() { MaxMsgs = 500 }))
        {
            var confirming = msg.AckAsync(new AckOpts { DoubleAck = true }).AsTask();
            confirmations.Add(confirming);
            if (Number(msg) <= 1000)
                await confirming; // one by one at first
            if (confirmations.Count == Count)
                break;
        }
        await Task.WhenAll(confirmations).WaitAsync(SharedServer.Generous);
        await consumer.RefreshAsync();
        Assert.Equal((0L, (ulong)Count), (consumer.Info.NumAckPending, consumer.Info.AckFloor.StreamSeq));
        await js.DeleteStreamAsync(stream);
    }

    [Fact]
    public async Task A_hundred_thousand_messages_are_consumed_exactly_once()
    {
        const int Count = 100_000;
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, Count);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("all") { MaxAckPending = 10_000 });
        var next = 0;
        await foreach (var msg in consumer.ConsumeAsync())
        {
            using (msg)
            {
                Assert.Equal(++next, Number(msg));
                await msg.AckAsync();
            }
            if (next == Count)
                break;
        }
        await nats.PingAsync();
        var until = DateTime.UtcNow + SharedServer.Generous;
        do
            await consumer.RefreshAsync();
        while (consumer.Info.NumAckPending > 0 && DateTime.UtcNow < until);
        Assert.Equal((0L, 0UL, 0L), (consumer.Info.NumAckPending, consumer.Info.NumPending, consumer.Info.NumRedelivered));
        await js.DeleteStreamAsync(stream);
    }

    [Fact]
    public async Task A_pull_that_finds_no_place_tries_again_until_there_is_one()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 0);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("narrow") { MaxWaiting = 1 });
        var first = consumer.FetchAsync(new() { Expires = TimeSpan.FromSeconds(1) }).GetAsyncEnumerator();
        var firstWaiting = first.MoveNextAsync().AsTask();
        var until = DateTime.UtcNow + SharedServer.Generous;
        do
            await consumer.RefreshAsync();
        while (consumer.Info.NumWaiting == 0 && DateTime.UtcNow < until);
        await using var second = consumer.ConsumeAsync().GetAsyncEnumerator();
        var secondWaiting = second.MoveNextAsync().AsTask();
        Assert.False(await firstWaiting.WaitAsync(SharedServer.Generous));
        await js.PublishAsync($"{stream}.a");
        Assert.True(await secondWaiting.WaitAsync(SharedServer.Generous));

        var strict = await js.CreateOrUpdateConsumerAsync(stream, new("strict") { MaxBatch = 5 });
        await Assert.ThrowsAsync<NatsJSProtocolException>(async () => await strict.ConsumeAsync().GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task A_fetch_ends_with_its_time_or_with_what_is_there()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await FilledStreamAsync(js, 5);
        var consumer = await js.CreateOrUpdateConsumerAsync(stream, new("f") { AckPolicy = ConsumerConfigAckPolicy.None });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(3, await CountAsync(consumer.FetchNoWaitAsync(new() { MaxMsgs = 3 })));
        Assert.Equal(2, await CountAsync(consumer.FetchNoWaitAsync(new() { MaxMsgs = 50 })));
        Assert.Equal(0, await CountAsync(consumer.FetchNoWaitAsync()));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"no waiting, but {watch.Elapsed}");
        watch.Restart();
        Assert.Equal(0, await CountAsync(consumer.FetchAsync(new() { Expires = TimeSpan.FromMilliseconds(500) })));
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(450), TimeSpan.FromSeconds(10));
        var waiting = CountAsync(consumer.FetchAsync(new() { MaxMsgs = 1 }));
        await js.PublishAsync($"{stream}.late");
        Assert.Equal(1, await waiting.WaitAsync(SharedServer.Generous));
        Assert.Throws<ArgumentException>(() => consumer.FetchAsync(new() { MaxMsgs = 0 }));

        static async Task<int> CountAsync(IAsyncEnumerable<NatsJSMsg> batch)
        {
            var count = 0;
            await foreach (var msg in batch)
                count++;
            return count;
        }
    }
}
