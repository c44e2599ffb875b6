using System.Diagnostics;
using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class ReconnectTests(SharedServer server)
{
    private static NatsOpts Quick(NatsOpts opts) => opts with
    {
        ReconnectWaitMin = TimeSpan.FromMilliseconds(5),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(50),
        ReconnectJitter = TimeSpan.FromMilliseconds(5),
    };

    [Fact]
    public async Task Subscriptions_queue_groups_and_maxima_come_back()
    {
        await using var proxy = new CuttingProxy(server.Url);
        await using var nats = await server.ConnectAsync(o => Quick(o) with { Url = proxy.Url });
        await using var other = await server.ConnectAsync();
        var events = new List<string>();
        nats.ConnectionDisconnected += (_, _) => Note("disconnected");
        nats.ConnectionOpened += (_, _) => Note("opened");
        nats.ConnectionReconnected += (_, _) => Note("reconnected");
        ValueTask Note(string what)
        {
            lock (events)
                events.Add(what);
            return ValueTask.CompletedTask;
        }

        var subject = SharedServer.NewName();
        await using var plain = await nats.SubscribeCoreAsync(subject);
        await using var queued = await nats.SubscribeCoreAsync(subject, "q");
        await using var rival = await other.SubscribeCoreAsync(subject, "q");
        await using var limited = await nats.SubscribeCoreAsync(subject, opts: new() { MaxMsgs = 3 });
        await nats.PingAsync();
        await other.PublishAsync(subject, "1");
        await other.PingAsync();
        await nats.PingAsync();

        proxy.CutAll();
        await SharedServer.UntilAsync(() => nats.Opened == 2, "it is connected again");
        await nats.PingAsync();
        for (var i = 2; i <= 100; i++)
            await other.PublishAsync(subject, $"{i}");
        await other.PingAsync();
        await nats.PingAsync();
        Assert.Equal(100, plain.Msgs.Count);
        Assert.Equal(100, queued.Msgs.Count + rival.Msgs.Count);
        Assert.InRange(queued.Msgs.Count, 1, 99);
        Assert.Equal(3, limited.Msgs.Count);
        await SharedServer.UntilAsync(() => events.Count == 3, "all events are told");
        Assert.Equal(["disconnected", "opened", "reconnected"], events);
    }

    [Fact]
    public async Task A_cut_at_any_byte_loses_messages_but_never_mangles_one()
    {
        await using var proxy = new CuttingProxy(server.Url);
        var random = new Random(7);
        proxy.CutAfter = number => number > 60 ? long.MaxValue : 800 + random.Next(3000);
        await using var nats = await server.ConnectAsync(o => Quick(o) with { Url = proxy.Url });
        await using var other = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync($"{subject}.*", opts: new() { ChannelOpts = new() { Capacity = 1_000_000 } });
        await nats.PingAsync().AsTask().ContinueWith(_ => { });
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await other.PublishAsync($"{subject}.{i}", string.Concat(Enumerable.Repeat($"<{i}>", i % 50)), new NatsHeaders { ["N"] = $"{i}" });
                if (i % 20 == 0)
                    await other.PingAsync();
            }
        });
        await SharedServer.UntilAsync(() => proxy.Accepted > 60, "sixty connections were cut");
        var before = sub.Msgs.Count;
        await SharedServer.UntilAsync(() => sub.Msgs.Count > before + 100, "messages flow again");
        await stop.CancelAsync();
        await publishing;
        var last = -1;
        while (sub.Msgs.TryRead(out var msg))
        {
            using (msg)
            {
                var i = int.Parse(msg.Subject[(subject.Length + 1)..]);
                Assert.True(i > last, "in order, once");
                last = i;
                Assert.Equal($"{i}", (string?)msg.Headers!["N"]);
                Assert.Equal(string.Concat(Enumerable.Repeat($"<{i}>", i % 50)), msg.GetString());
            }
        }
    }

    [Fact]
    public async Task Requests_in_flight_fail_at_once_when_the_connection_is_cut()
    {
        await using var proxy = new CuttingProxy(server.Url);
        await using var nats = await server.ConnectAsync(o => Quick(o) with { Url = proxy.Url });
        await using var silent = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await silent.SubscribeCoreAsync(subject);
        await silent.PingAsync();
        var requests = Enumerable.Range(0, 50).Select(_ => nats.RequestAsync(subject, replyOpts: new() { Timeout = TimeSpan.FromMinutes(5) }).AsTask()).ToList();
        await SharedServer.UntilAsync(() => sub.Msgs.Count == 50, "the requests are there");
        var watch = Stopwatch.StartNew();
        proxy.CutAll();
        foreach (var request in requests)
            await Assert.ThrowsAsync<NatsConnectionLostException>(() => request.WaitAsync(SharedServer.Generous));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Publishing_waits_for_the_server_to_come_back()
    {
        await using var own = await NatsServerProcess.StartAsync();
        await using var nats = await server.ConnectAsync(o => Quick(o) with { Url = own.Url });
        await using var sub = await nats.SubscribeCoreAsync("a");
        await own.KillAsync();
        await SharedServer.UntilAsync(() => nats.ConnectionState == NatsConnectionState.Reconnecting, "the loss is noticed");
        using var impatient = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await nats.PublishAsync("a", "never", cancellationToken: impatient.Token));
        await Assert.ThrowsAsync<NatsNoReplyException>(async () => await nats.RequestAsync("a", replyOpts: new() { Timeout = TimeSpan.FromMilliseconds(50) }));
        var patient = nats.PublishAsync("a", "when it is back").AsTask();
        Assert.False(patient.IsCompleted);
        await own.StartAgainAsync();
        await patient.WaitAsync(SharedServer.Generous);
        Assert.Equal("when it is back", (await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).GetString());
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left()
    {
        await using var proxy = new CuttingProxy(server.Url);
        await using var nats = await server.ConnectAsync(o => Quick(o) with
        {
            Url = proxy.Url,
            PingInterval = TimeSpan.FromMilliseconds(50),
            ConnectTimeout = TimeSpan.FromSeconds(1),
        });
        await SharedServer.UntilAsync(() => nats.ConnectionState == NatsConnectionState.Open, "it is open");
        proxy.Frozen = true;
        await SharedServer.UntilAsync(() => nats.ConnectionState == NatsConnectionState.Reconnecting, "the silence is noticed");
        proxy.Frozen = false;
        await SharedServer.UntilAsync(() => nats.ConnectionState == NatsConnectionState.Open, "it is connected again");
        await nats.PingAsync();
    }

    [Fact]
    public async Task A_full_write_buffer_holds_publishers_back()
    {
        await using var proxy = new CuttingProxy(server.Url);
        await using var nats = await server.ConnectAsync(o => Quick(o) with { Url = proxy.Url, WriterBufferSize = 64 * 1024 });
        await using var other = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await other.SubscribeCoreAsync(subject, opts: new() { ChannelOpts = new() { Capacity = 100_000 } });
        await other.PingAsync();
        proxy.Frozen = true;
        var sent = 0;
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (; sent < 50_000; sent++)
                await nats.PublishAsync(subject, new byte[1000], cancellationToken: stop.Token);
        });
        var seen = -1;
        while (seen < 1 || seen != Volatile.Read(ref sent)) // until it stands still
        {
            seen = Volatile.Read(ref sent);
            await Task.Delay(200);
        }
        Assert.InRange(seen, 1, 30_000); // socket buffers take some megabytes, our own 128 KiB
        proxy.Frozen = false;
        await publishing.WaitAsync(SharedServer.Generous);
        await nats.PingAsync();
        await other.PingAsync();
        Assert.Equal(50_000, sub.Msgs.Count);
    }

    [Fact]
    public async Task No_server_is_told_at_once_or_after_so_many_tries()
    {
        var nobody = $"nats://user:secret@127.0.0.1:{NatsServerProcess.FreePort()}";
        await using var nats = new NatsConnection(new NatsOpts { Url = nobody });
        var failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await nats.ConnectAsync());
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await nats.PublishAsync("a"));

        await using var patient = new NatsConnection(Quick(new NatsOpts { Url = nobody, RetryOnInitialConnect = true, MaxReconnectRetry = 3 }));
        await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await patient.ConnectAsync().AsTask().WaitAsync(SharedServer.Generous));
        Assert.Equal(NatsConnectionState.Closed, patient.ConnectionState);
    }

    [Fact]
    public async Task The_next_server_of_the_list_is_tried()
    {
        await using var nats = await server.ConnectAsync(o => o with { Url = $"nats://127.0.0.1:{NatsServerProcess.FreePort()},{server.Url}" });
        await nats.PingAsync();
    }

    [Fact]
    public async Task Pauses_double_up_to_their_maximum_with_the_given_randomness()
    {
        await using var nats = new NatsConnection(new NatsOpts
        {
            ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(1000),
            ReconnectJitter = TimeSpan.Zero,
            Random = new Random(1),
        });
        Assert.Equal([0, 100, 200, 400, 800, 1000, 1000], Enumerable.Range(0, 7).Select(n => (int)nats.Pause(n).TotalMilliseconds));
        Assert.Equal(1000, nats.Pause(int.MaxValue).TotalMilliseconds);
    }

    [Fact]
    public async Task Disposing_ends_all_waiting()
    {
        var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var sub = await nats.SubscribeCoreAsync(subject);
        var request = nats.RequestAsync(subject).AsTask();
        await nats.DisposeAsync();
        await nats.DisposeAsync();
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => request); // it may have been handled
        await sub.Msgs.ReadAsync(); // the request itself had arrived
        await sub.Msgs.Completion.WaitAsync(SharedServer.Generous);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await nats.PublishAsync(subject));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await nats.SubscribeCoreAsync(subject));
    }

    [Fact]
    public async Task Draining_a_subscription_loses_nothing_that_was_sent_before()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var sub = await nats.SubscribeCoreAsync(subject);
        for (var i = 0; i < 1000; i++)
            await nats.PublishAsync(subject, "x");
        await sub.DrainAsync();
        await nats.PublishAsync(subject, "too late");
        await nats.PingAsync();
        var seen = 0;
        await foreach (var msg in sub.Msgs.ReadAllAsync())
            seen++;
        Assert.Equal(1000, seen);
    }

    [Fact]
    public async Task Draining_the_connection_lets_handlers_finish_and_their_answers_go_out()
    {
        await using var asks = await server.ConnectAsync();
        var answers = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        var sub = await answers.SubscribeCoreAsync(subject);
        await answers.PingAsync();
        var requests = Enumerable.Range(0, 200).Select(_ => asks.RequestAsync(subject).AsTask()).ToList();
        await SharedServer.UntilAsync(() => sub.Msgs.Count == 200, "the requests are there");
        var draining = answers.DrainAsync().AsTask();
        await foreach (var msg in sub.Msgs.ReadAllAsync())
            await msg.ReplyAsync();
        await draining.WaitAsync(SharedServer.Generous);
        await Task.WhenAll(requests).WaitAsync(SharedServer.Generous);
        Assert.Equal(NatsConnectionState.Closed, answers.ConnectionState);
    }
}
