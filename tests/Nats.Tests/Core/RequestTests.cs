using System.Diagnostics;
using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class RequestTests(SharedServer server)
{
    [Fact]
    public async Task Many_requests_at_once_each_get_their_own_answer()
    {
        await using var asks = await server.ConnectAsync();
        await using var answers = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await answers.SubscribeCoreAsync(subject);
        var answering = Task.Run(async () =>
        {
            await foreach (var msg in sub.Msgs.ReadAllAsync())
            {
                using (msg)
                    await msg.ReplyAsync(msg.ToArray());
            }
        });
        await answers.PingAsync();
        var requests = Enumerable.Range(0, 5000).Select(async i =>
        {
            using var reply = await asks.RequestAsync(subject, BitConverter.GetBytes(i));
            return BitConverter.ToInt32(reply.Data.Span);
        });
        Assert.Equal(Enumerable.Range(0, 5000), await Task.WhenAll(requests).WaitAsync(SharedServer.Generous));
        await sub.DrainAsync();
        await answering;
    }

    [Fact]
    public async Task Nobody_there_is_told_at_once()
    {
        await using var nats = await server.ConnectAsync();
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () =>
            await nats.RequestAsync(SharedServer.NewName(), replyOpts: new() { Timeout = TimeSpan.FromSeconds(60) }));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Silence_times_out_and_a_late_reply_harms_nobody()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync(subject);
        await Assert.ThrowsAsync<NatsNoReplyException>(async () =>
            await nats.RequestAsync(subject, replyOpts: new() { Timeout = TimeSpan.FromMilliseconds(50) }));
        await (await sub.Msgs.ReadAsync()).ReplyAsync("late"u8.ToArray());
        await nats.PingAsync();
        var second = nats.RequestAsync(subject, "2"u8.ToArray()).AsTask();
        await (await sub.Msgs.ReadAsync()).ReplyAsync("in time"u8.ToArray());
        Assert.Equal("in time", (await second).GetString());
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        await using var nats = await server.ConnectAsync();
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync(subject);
        using var cancel = new CancellationTokenSource();
        var request = nats.RequestAsync(subject, cancellationToken: cancel.Token).AsTask();
        await sub.Msgs.ReadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(SharedServer.Generous));
    }

    [Fact]
    public async Task No_more_requests_than_allowed_wait()
    {
        await using var nats = await server.ConnectAsync(o => o with { MaxPendingRequests = 2 });
        var subject = SharedServer.NewName();
        await using var sub = await nats.SubscribeCoreAsync(subject);
        var one = nats.RequestAsync(subject).AsTask();
        var two = nats.RequestAsync(subject).AsTask();
        await Assert.ThrowsAsync<NatsException>(async () => await nats.RequestAsync(subject));
        await (await sub.Msgs.ReadAsync()).ReplyAsync();
        await (await sub.Msgs.ReadAsync()).ReplyAsync();
        await Task.WhenAll(one, two).WaitAsync(SharedServer.Generous);
        var three = nats.RequestAsync(subject).AsTask();
        await (await sub.Msgs.ReadAsync()).ReplyAsync();
        await three.WaitAsync(SharedServer.Generous);
    }
}
