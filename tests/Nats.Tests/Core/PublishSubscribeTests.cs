using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class PublishSubscribeTests(SharedServer server)
{
    [Fact]
    public async Task A_message_arrives_with_subject_payload_reply_and_headers()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync($"{subject}.*");
        var headers = new NatsHeaders { ["Plain"] = "yes", ["Unicode"] = "ŽŮ → 注文 🚀" };
        headers.Add("Many", "one");
        headers.Add("Many", "two: with colon");
        headers["Empty"] = "";
        await nats.PublishAsync($"{subject}.a", "hallo"u8.ToArray(), headers, "answer.here");

        using var msg = await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous);
        Assert.Equal($"{subject}.a", msg.Subject);
        Assert.Equal("answer.here", msg.ReplyTo);
        Assert.Equal("hallo", msg.GetString());
        Assert.Equal("ŽŮ → 注文 🚀", (string?)msg.Headers!["Unicode"]);
        Assert.Equal(["one", "two: with colon"], msg.Headers["Many"].ToArray());
        Assert.Equal("", (string?)msg.Headers["Empty"]);
        Assert.False(msg.Headers.ContainsKey("Absent"));
        Assert.Equal(4, msg.Headers.Count);
    }

    [Fact]
    public async Task A_hundred_thousand_small_messages_arrive_in_order()
    {
        const int Count = 100_000;
        await using var from = await server.ConnectAsync();
        await using var to = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await to.SubscribeCoreAsync(subject, opts: new() { ChannelOpts = new() { Capacity = Count } });
        await to.PingAsync();
        for (var i = 0; i < Count; i++)
            await from.PublishAsync(subject, BitConverter.GetBytes(i));
        for (var i = 0; i < Count; i++)
        {
            using var msg = await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous);
            Assert.Equal(i, BitConverter.ToInt32(msg.Data.Span));
        }
        Assert.Equal(0, sub.Dropped);
    }

    [Fact]
    public async Task Enumerating_subscribes_and_leaving_unsubscribes()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                await nats.PublishAsync(subject, $"{i}");
                await Task.Delay(1);
                if (nats.Subscriptions().Count == 1 && i > 100)
                    break;
            }
        });
        var seen = 0;
        await foreach (var msg in nats.SubscribeAsync(subject))
        {
            msg.Dispose();
            if (++seen == 3)
                break;
        }
        Assert.Equal(3, seen);
        Assert.Single(nats.Subscriptions()); // the reply inbox
        await publishing;
    }

    [Fact]
    public async Task A_queue_group_shares_messages_between_its_members()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var members = new List<NatsSub>();
        for (var i = 0; i < 3; i++)
            members.Add(await nats.SubscribeCoreAsync(subject, "workers"));
        for (var i = 0; i < 300; i++)
            await nats.PublishAsync(subject, "x");
        await nats.PingAsync();
        var counts = members.Select(m => m.Msgs.Count).ToList();
        Assert.Equal(300, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 1, 299));
    }

    [Fact]
    public async Task A_subscription_with_a_maximum_ends_by_itself()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var sub = await nats.SubscribeCoreAsync(subject, opts: new() { MaxMsgs = 5 });
        for (var i = 0; i < 10; i++)
            await nats.PublishAsync(subject, $"{i}");
        var seen = new List<string>();
        await foreach (var msg in sub.Msgs.ReadAllAsync().WithCancellation(new CancellationTokenSource(SharedServer.Generous).Token))
            seen.Add(msg.GetString());
        Assert.Equal(["0", "1", "2", "3", "4"], seen);
    }

    [Fact]
    public async Task A_slow_reader_loses_its_newest_messages_and_nobody_elses()
    {
        await using var nats = await server.ConnectAsync();
        var events = 0;
        nats.MessageDropped += (_, _) =>
        {
            Interlocked.Increment(ref events);
            return ValueTask.CompletedTask;
        };
        var subject = SharedServer.NewName();
        await using var slow = await nats.SubscribeCoreAsync(subject, opts: new() { ChannelOpts = new() { Capacity = 10 } });
        await using var quick = await nats.SubscribeCoreAsync(subject);
        for (var i = 0; i < 100; i++)
            await nats.PublishAsync(subject, $"{i}");
        await nats.PingAsync();
        Assert.Equal(90, slow.Dropped);
        Assert.Equal(90, nats.Dropped);
        Assert.Equal(100, quick.Msgs.Count);
        for (var i = 0; i < 10; i++)
            Assert.Equal($"{i}", (await slow.Msgs.ReadAsync()).GetString());
        await SharedServer.UntilAsync(() => events == 90, "all drops are told");
        await nats.PublishAsync(subject, "after");
        Assert.Equal("after", (await slow.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).GetString());
    }

    [Fact]
    public async Task Pending_bytes_are_bounded_too()
    {
        await using var nats = await server.ConnectAsync(o => o with { SubPendingBytes = 1000 });
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync(subject);
        for (var i = 0; i < 10; i++)
            await nats.PublishAsync(subject, new byte[300]);
        await nats.PingAsync();
        Assert.Equal(3, sub.Msgs.Count);
        Assert.Equal(7, sub.Dropped);
        while (sub.Msgs.TryRead(out var msg))
            msg.Dispose();
        await nats.PublishAsync(subject, new byte[5000]); // larger than the bound, but alone
        await nats.PingAsync();
        Assert.Equal(1, sub.Msgs.Count);
    }

    [Fact]
    public async Task Too_large_a_message_is_refused_here_and_the_connection_lives()
    {
        await using var nats = await server.ConnectAsync();
        var max = (int)nats.ServerInfo!.MaxPayload;
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync(subject);
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await nats.PublishAsync(subject, new byte[max + 1]));
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await nats.PublishAsync(subject, new byte[max], new NatsHeaders { ["a"] = "b" }));
        var whole = new byte[max];
        Random.Shared.NextBytes(whole);
        await nats.PublishAsync(subject, whole);
        using var msg = await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous);
        Assert.Equal(whole, msg.ToArray());
        Assert.Equal(1, nats.Opened);
    }

    [Fact]
    public async Task No_more_subscriptions_than_allowed()
    {
        await using var nats = await server.ConnectAsync(o => o with { MaxSubscriptions = 2 });
        var subject = SharedServer.NewName();
        await using var one = await nats.SubscribeCoreAsync(subject);
        await using (await nats.SubscribeCoreAsync(subject))
            await Assert.ThrowsAsync<NatsException>(async () => await nats.SubscribeCoreAsync(subject));
        await using var again = await nats.SubscribeCoreAsync(subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nPUB b 0\r\n")]
    [InlineData("a\tb")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a.*")]
    [InlineData("a.>")]
    [InlineData("a\0b")]
    public async Task A_malformed_subject_never_meets_the_wire(string subject)
    {
        await using var nats = await server.ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await nats.PublishAsync(subject));
        await Assert.ThrowsAsync<ArgumentException>(async () => await nats.PublishAsync("fine", replyTo: subject));
        await Assert.ThrowsAsync<ArgumentException>(async () => await nats.RequestAsync(subject));
        if (!subject.Contains('*') && !subject.Contains('>'))
            await Assert.ThrowsAsync<ArgumentException>(async () => await nats.SubscribeCoreAsync(subject));
        await Assert.ThrowsAsync<ArgumentException>(async () => await nats.SubscribeCoreAsync("fine", subject.Length == 0 ? " " : subject.Replace('*', ' ').Replace('>', ' ')));
    }

    [Theory]
    [InlineData("a*")]
    [InlineData("a.>.b")]
    [InlineData("a.b>")]
    public async Task A_misplaced_wildcard_is_refused(string subject)
    {
        await using var nats = await server.ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await nats.SubscribeCoreAsync(subject));
    }

    [Theory]
    [InlineData("Name\r\nX", "v")]
    [InlineData("Na me", "v")]
    [InlineData("Na:me", "v")]
    [InlineData("", "v")]
    [InlineData("Name", "v\r\nOther: x")]
    [InlineData("Name", "v\n")]
    public void A_header_cannot_smuggle_another(string name, string value)
    {
        Assert.Throws<ArgumentException>(() => new NatsHeaders { [name] = value });
        Assert.Throws<ArgumentException>(() => new NatsHeaders().Add(name, value));
    }
}
