using System.Collections.Concurrent;
using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Nats.Tests.JetStream;

public sealed class PublishTests(SharedServer server)
{
    [Fact]
    public async Task A_repeat_with_the_same_id_is_recognised()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await ConsumerTests.FilledStreamAsync(js, 0);
        var opts = new NatsJSPubOpts { MsgId = "id-1", ExpectedStream = stream };
        var first = await js.PublishAsync($"{stream}.a", "x"u8.ToArray(), opts);
        var second = await js.PublishAsync($"{stream}.a", "x"u8.ToArray(), opts);
        Assert.True(first.IsSuccess());
        Assert.Equal(stream, first.Stream);
        Assert.True(second.Duplicate);
        Assert.Equal(first.Seq, second.EnsureStored().Seq);
        Assert.Throws<NatsJSDuplicateMessageException>(() => second.EnsureSuccess());
        Assert.Equal(1, (await js.GetStreamAsync(stream)).Info.State.Messages);
    }

    [Fact]
    public async Task A_broken_expectation_is_refused_with_its_code()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await ConsumerTests.FilledStreamAsync(js, 3);
        await RefusedAsync(new() { ExpectedLastSequence = 2 }, NatsJSApiException.WrongLastSequence);
        await RefusedAsync(new() { ExpectedLastSubjectSequence = 1 }, NatsJSApiException.WrongLastSequence);
        await RefusedAsync(new() { ExpectedLastMsgId = "no" }, NatsJSApiException.WrongLastMsgId);
        await RefusedAsync(new() { ExpectedStream = "other" }, 10060);
        Assert.Equal(4UL, (await js.PublishAsync($"{stream}.odd", opts: new() { ExpectedLastSequence = 3, ExpectedLastSubjectSequence = 3, MsgId = "m" })).EnsureSuccess().Seq);
        Assert.Equal(5UL, (await js.PublishAsync($"{stream}.new", opts: new() { ExpectedLastSubjectSequence = 0, ExpectedLastMsgId = "m" })).EnsureSuccess().Seq);

        async Task RefusedAsync(NatsJSPubOpts opts, int errCode)
        {
            var ack = await js.PublishAsync($"{stream}.odd", "x"u8.ToArray(), opts);
            Assert.False(ack.IsSuccess());
            Assert.Equal(errCode, Assert.Throws<NatsJSApiException>(() => ack.EnsureStored()).Error.ErrCode);
        }
    }

    [Fact]
    public async Task A_subject_without_stream_is_told()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () =>
            await js.PublishAsync(SharedServer.NewName(), opts: new() { RetryAttempts = 1, RetryWaitBetweenAttempts = TimeSpan.FromMilliseconds(1) }));
    }

    [Fact]
    public async Task Many_acknowledgements_in_flight_keep_the_order_and_their_bound()
    {
        await using var nats = await server.ConnectAsync();
        using var js = new NatsJSContext(nats, new NatsJSOpts { MaxPublishConcurrency = 100 });
        var stream = await ConsumerTests.FilledStreamAsync(js, 0);
        var futures = new List<NatsJSPublishConcurrentFuture>();
        for (var i = 0; i < 20_000; i++)
            futures.Add(await js.PublishConcurrentAsync($"{stream}.a", BitConverter.GetBytes(i), new() { MsgId = $"{i}" }));
        for (var i = 0; i < futures.Count; i++)
            Assert.Equal((ulong)i + 1, (await futures[i].GetResponseAsync()).EnsureSuccess().Seq);
        await js.DeleteStreamAsync(stream);
    }

    [Fact]
    public async Task A_header_and_its_value_survive_the_store()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var stream = await ConsumerTests.FilledStreamAsync(js, 1);
        await js.PublishAsync($"{stream}.x", "payload"u8.ToArray(), new() { MsgId = "ü" }, new NatsHeaders { ["Est-Reply-To"] = "böse → gut" });
        var stored = await js.GetMessageAsync(stream, new() { Seq = 2 });
        Assert.Equal($"{stream}.x", stored.Subject);
        Assert.Equal("payload"u8.ToArray(), stored.Data.ToArray());
        Assert.Equal("böse → gut", (string?)stored.Headers()!["Est-Reply-To"]);
        Assert.Equal("ü", (string?)stored.Headers()!["Nats-Msg-Id"]);
        Assert.Equal(2UL, (await js.GetMessageAsync(stream, new() { LastBySubj = $"{stream}.x" })).Seq);
        var missing = await Assert.ThrowsAsync<NatsJSApiException>(async () => await js.GetMessageAsync(stream, new() { Seq = 99 }));
        Assert.Equal(10037, missing.Error.ErrCode);
    }

    [Fact]
    public async Task Streams_are_made_changed_purged_and_removed()
    {
        var (nats, js) = await server.JetStreamAsync();
        await using var _ = nats;
        var name = SharedServer.NewName("S");
        var config = new StreamConfig(name, [$"{name}.*"])
        {
            Storage = StreamConfigStorage.Memory,
            MaxAge = TimeSpan.FromHours(3),
            DuplicateWindow = TimeSpan.FromSeconds(90),
            Discard = StreamConfigDiscard.New,
            MaxMsgs = 1000,
            AllowDirect = true,
        };
        var made = (await js.CreateOrUpdateStreamAsync(config)).Info.Config;
        Assert.Equal(TimeSpan.FromHours(3), made.MaxAge);
        Assert.Equal(TimeSpan.FromSeconds(90), made.DuplicateWindow);
        Assert.Equal(StreamConfigDiscard.New, made.Discard);
        Assert.Equal(StreamConfigStorage.Memory, made.Storage);
        await js.CreateStreamAsync(config);
        Assert.Equal(5, (await js.CreateOrUpdateStreamAsync(config with { MaxMsgs = 5 })).Info.Config.MaxMsgs);
        for (var i = 0; i < 5; i++)
            (await js.PublishAsync($"{name}.{i % 2}")).EnsureSuccess();
        Assert.NotNull((await js.PublishAsync($"{name}.full")).Error);
        Assert.Equal(2, await js.PurgeStreamAsync(name, new() { Filter = $"{name}.1" }));
        Assert.Equal(3, await js.PurgeStreamAsync(name));
        Assert.True(await js.DeleteStreamAsync(name));
        var gone = await Assert.ThrowsAsync<NatsJSApiException>(async () => await js.GetStreamAsync(name));
        Assert.Equal((404, NatsJSApiException.StreamNotFound), (gone.Error.Code, gone.Error.ErrCode));
        await Assert.ThrowsAsync<ArgumentException>(async () => await js.GetStreamAsync("a.b"));
    }

    /// <summary>
    /// What a sender that needs certainty does: on any doubt, send again with the same id. The server is killed without
    /// warning several times; each message must then be in the stream, and none twice.
    /// </summary>
    [Fact]
    public async Task Each_message_is_stored_once_although_the_server_is_killed_again_and_again()
    {
        await using var own = await NatsServerProcess.StartAsync();
        await using var nats = new NatsConnection(new NatsOpts { Url = own.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(5) });
        using var js = new NatsJSContext(nats);
        await js.CreateStreamAsync(new StreamConfig("KILLED", ["k.>"]));
        var acked = new ConcurrentDictionary<int, ulong>();
        var (doubts, enough) = (0, false);
        var sending = Task.WhenAll(Enumerable.Range(0, 20).Select(lane => Task.Run(async () =>
        {
            for (var i = lane; !Volatile.Read(ref enough); i += 20)
            {
                while (true)
                {
                    try
                    {
                        acked[i] = (await js.PublishAsync("k.a", BitConverter.GetBytes(i), new() { MsgId = $"{i}" })).EnsureStored().Seq;
                        break;
                    }
                    catch (NatsException e) when (e is NatsConnectionLostException or NatsNoReplyException or NatsNoRespondersException)
                    {
                        Interlocked.Increment(ref doubts);
                    }
                }
                if (i % 50 == 0)
                    await Task.Delay(1);
            }
        })));
        for (var kill = 1; kill <= 3; kill++)
        {
            await SharedServer.UntilAsync(() => acked.Count > kill * 600 || sending.IsCompleted, "some are acknowledged");
            await own.KillAsync();
            await own.StartAgainAsync();
        }
        await SharedServer.UntilAsync(() => acked.Count > 2_400 || sending.IsCompleted, "more are acknowledged");
        Volatile.Write(ref enough, true);
        await sending.WaitAsync(SharedServer.Generous);
        Assert.True(doubts > 0, "the kills must have hit something");
        var consumer = await js.CreateOrUpdateConsumerAsync("KILLED", new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.None });
        var stored = new Dictionary<int, ulong>();
        await foreach (var msg in consumer.FetchAsync(new() { MaxMsgs = acked.Count }))
            Assert.True(stored.TryAdd(ConsumerTests.Number(msg), msg.Metadata!.Value.Sequence.Stream), "no message is there twice");
        Assert.Null(await consumer.NextAsync(new() { Expires = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(acked.OrderBy(a => a.Key), stored.OrderBy(s => s.Key));
    }

    [Fact]
    public async Task Acknowledgements_in_flight_fail_at_once_when_the_connection_is_cut()
    {
        await using var proxy = new CuttingProxy(server.Url);
        var (direct, setup) = await server.JetStreamAsync();
        await using var _ = direct;
        var stream = await ConsumerTests.FilledStreamAsync(setup, 0);
        await using var nats = await server.ConnectAsync(o => o with { Url = proxy.Url, RequestTimeout = TimeSpan.FromMinutes(5) });
        using var js = new NatsJSContext(nats);
        proxy.Frozen = true;
        var futures = new List<NatsJSPublishConcurrentFuture>();
        for (var i = 0; i < 100; i++)
            futures.Add(await js.PublishConcurrentAsync($"{stream}.a", BitConverter.GetBytes(i), new() { MsgId = $"{i}" }));
        proxy.CutAll();
        foreach (var future in futures)
            await Assert.ThrowsAsync<NatsConnectionLostException>(async () => await future.GetResponseAsync().AsTask().WaitAsync(SharedServer.Generous));
        proxy.Frozen = false;
        for (var i = 0; i < 100; i++)
            (await js.PublishAsync($"{stream}.a", BitConverter.GetBytes(i), new() { MsgId = $"{i}" })).EnsureStored();
        Assert.Equal(100, (await setup.GetStreamAsync(stream)).Info.State.Messages);
    }
}
