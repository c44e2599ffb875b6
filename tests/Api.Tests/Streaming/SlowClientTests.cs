using System.Net.WebSockets;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>A client that does not keep up is the only one to notice.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    /// <summary>Nobody is slow because the machine is: the server's time passes when a test says so.</summary>
    private readonly ManualTime time = new(DateTimeOffset.UtcNow);

    private StreamServer server = null!;
    private string key = "";
    private long version, before;

    public async ValueTask InitializeAsync()
    {
        server = await StreamServer.StartAsync(new StreamLimits { SendWithin = TimeSpan.FromSeconds(1), HeartbeatEvery = TimeSpan.FromHours(1) }, time);
        key = await server.KeyAsync();
        before = await server.HeadAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Who_does_not_read_is_closed_and_the_others_have_everything()
    {
        await using var stuck = await FollowAsync(receiveBuffer: 4_096);
        await using var quick = await FollowAsync();
        var clients = Task.Run(async () =>
        {
            var (position, count) = (before, 0);
            while (count < 400)
            {
                var frame = await quick.NextAsync("delta");
                foreach (var e in frame["events"]!.AsArray())
                {
                    Assert.Equal(++position, long.Parse((string)e!["position"]!));
                    count++;
                }
            }
        });
        // 40 MB: more than all the buffers between server and client together.
        for (var i = 0; i < 400; i++) await AppendAsync(100_000);
        await clients;
        await Eventually.TrueAsync(
            () =>
            {
                time.Pass(TimeSpan.FromSeconds(1));
                return server.Clients == 1;
            },
            "only one client is left");
        await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (await stuck.NextAsync() is { } frame)
                if (frame["code"] is { } code) throw new WebSocketException((string)code!);
        });
    }

    [Fact]
    public async Task Who_reads_again_in_time_is_told_why_he_is_closed_and_from_where_to_resume()
    {
        for (var i = 0; i < 200; i++) await AppendAsync(100_000);
        var position = before;
        (int Status, string? Reason) closed = default;
        // How long it takes until all buffers are full and the server waits for us hangs on the machine.
        for (var attempt = 1; closed.Status != 4408 && attempt < 20; attempt++) (position, closed) = await PauseAsync(TimeSpan.FromSeconds(0.3 * attempt));

        Assert.Equal((4408, $"TOO_SLOW; resume after d={position}"), closed);

        await using var again = await FollowAsync(after: position);
        while (position < before + 200)
        {
            foreach (var e in (await again.NextAsync("delta"))["events"]!.AsArray()) Assert.Equal(++position, long.Parse((string)e!["position"]!));
        }
    }

    /// <summary>Reads nothing, so that the server must wait, and lets pass more time than a frame may take, but not so much that all hope is given up; gives the last position that came, and the end.</summary>
    private async Task<(long Position, (int Status, string? Reason) Closed)> PauseAsync(TimeSpan pause)
    {
        await using var slow = await FollowAsync(receiveBuffer: 4_096);
        await Task.Delay(pause);
        time.Pass(TimeSpan.FromSeconds(1.5));
        var position = before;
        string? code = null;
        try
        {
            while (position < before + 200 && await slow.NextAsync() is { } frame)
            {
                if (frame["position"] is { } at) position = long.Parse((string)at!);
                else code = (string?)frame["code"];
            }

            if (position == before + 200) return default;
            Assert.Equal("TOO_SLOW", code);
            return (position, await slow.ClosedAsync());
        }
        catch (WebSocketException)
        {
            return default; // the goodbye did not reach us in time
        }
    }

    [Fact]
    public void What_may_be_conflated_waits_once_for_each_key()
    {
        using var socket = new ClientWebSocket();
        using var outbox = new Outbox(socket, new StreamLimits(), TimeProvider.System);
        var table = new LiveTable(100);
        var subscription = new TableSubscription("p", "positions", "rows", null, null, outbox, TimeProvider.System);
        table.Publish([Row("A", 0), Row("B", 0)], 1);
        table.Add(subscription);
        subscription.Open();
        Assert.Equal("""{"type":"snapshot","id":"p","channel":"positions","seq":"1","position":"1","rows":[{"A":0},{"B":0}]}""", Text(subscription.Take()));
        for (var i = 1; i <= 1_000; i++) table.Publish([Row("A", i)], 1 + i);
        table.Publish([Row("B", 0)], 1_002);
        Assert.Equal("""{"type":"delta","id":"p","channel":"positions","seq":"2","position":"1002","rows":[{"A":1000}]}""", Text(subscription.Take()));
        Assert.Null(subscription.Take());

        static LiveRow Row(string key, int value) => new(key, null, key, System.Text.Encoding.UTF8.GetBytes($$"""{"{{key}}":{{value}}}"""));
    }

    private static string? Text(ServerFrame? frame)
    {
        if (frame is not { } f) return null;
        var room = new byte[f.MaxLength];
        return System.Text.Encoding.UTF8.GetString(room, 0, f.Write(room));
    }

    private async Task<StreamClient> FollowAsync(int? receiveBuffer = null, long? after = null)
    {
        var client = await StreamClient.HelloAsync(server.Address, key, receiveBuffer);
        await client.SendAsync($$"""{"type":"subscribe","id":"d","channel":"decisions","resumeAfter":"{{after ?? before}}"}""");
        Assert.Equal("snapshot", (string?)(await client.NextAsync())!["type"]);
        return client;
    }

    private async Task AppendAsync(int bytes)
    {
        version++;
        await server.AppendAsync(new AppendBatch(
            [new PendingEvent("order-main-1", version, "order_submitted", EventId.For("order-main-1", version), System.Text.Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('x', bytes)}\"}}"), null, null)], DateTimeOffset.UtcNow));
    }
}
