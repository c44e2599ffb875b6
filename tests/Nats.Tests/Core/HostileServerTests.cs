using System.Net;
using System.Net.Sockets;
using System.Text;
using EventSourcedTrading.Nats.Tests.Servers;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

/// <summary>A peer that greets properly and then says what it likes: the client leaves, comes back, and works.</summary>
public sealed class HostileServerTests
{
    public static TheoryData<string> Nonsense =>
    [
        "MSG a 1 -5\r\n",
        "MSG a 1 99999999999\r\n",
        "HMSG a 1 50 20\r\n",
        "MSG a 1 3\r\nabcdefgh\r\n",
        "GET / HTTP/1.1\r\n",
        "\0\0\0\0\r\n",
        "INFO {not json}\r\n",
        "INFO {\"max_payload\":-1}\r\n",
        "INFO null\r\n",
        "-ERR 'Slow Consumer'\r\n",
        new string('x', 10_000),
        "MSG " + new string('a', 5000) + " 1 0\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task It_reconnects_and_works(string nonsense)
    {
        await using var peer = new Peer();
        peer.AfterGreeting = number => number == 1 ? nonsense : "MSG a 2 5\r\nhallo\r\n";
        await using var nats = new NatsConnection(new NatsOpts { Url = peer.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(1) });
        var lost = new TaskCompletionSource<string>();
        nats.ConnectionDisconnected += (_, e) =>
        {
            lost.TrySetResult(e.Message);
            return ValueTask.CompletedTask;
        };
        await using var sub = await nats.SubscribeCoreAsync("a");
        Assert.NotEmpty(await lost.Task.WaitAsync(SharedServer.Generous));
        Assert.Equal("hallo", (await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).GetString());
    }

    [Fact]
    public async Task Messages_nobody_asked_for_are_passed_over()
    {
        await using var peer = new Peer();
        peer.AfterGreeting = _ => "MSG a 999 2\r\nxx\r\nPONG\r\nPONG\r\n+OK\r\nMSG _INBOX.x.1 1 2\r\nxx\r\nMSG a 2 5\r\nhallo\r\n";
        await using var nats = new NatsConnection(new NatsOpts { Url = peer.Url });
        await using var sub = await nats.SubscribeCoreAsync("a");
        Assert.Equal("hallo", (await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).GetString());
        Assert.Equal(1, nats.Opened);
    }

    [Fact]
    public async Task Unreadable_headers_come_with_an_error_and_do_not_stop_the_flow()
    {
        await using var peer = new Peer();
        peer.AfterGreeting = _ => "HMSG a 2 4 6\r\nevilxx\r\nHMSG a 2 200 200\r\nNATS/1.0\r\n" + new string('h', 186) + "\r\n\r\n\r\nMSG a 2 5\r\nhallo\r\n";
        await using var nats = new NatsConnection(new NatsOpts { Url = peer.Url, MaxHeaderBytes = 100 });
        await using var sub = await nats.SubscribeCoreAsync("a");
        var first = await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous);
        Assert.IsType<NatsHeaderParseException>(first.Error);
        Assert.Equal("xx", first.GetString());
        Assert.Contains("MaxHeaderBytes", (await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).Error!.Message, StringComparison.Ordinal);
        Assert.Null((await sub.Msgs.ReadAsync().AsTask().WaitAsync(SharedServer.Generous)).Error);
        Assert.Equal(1, nats.Opened);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("INFO {}\r\n")]
    [InlineData("INFO {\"max_payload\":1}\r\n-ERR 'Authorization Violation'\r\n")]
    public async Task A_bad_greeting_is_a_failed_connect(string greeting)
    {
        await using var peer = new Peer { Greeting = greeting, ClosesAtOnce = true };
        await using var nats = new NatsConnection(new NatsOpts { Url = peer.Url });
        await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await nats.ConnectAsync().AsTask().WaitAsync(SharedServer.Generous));
    }

    [Fact]
    public async Task A_server_that_never_greets_is_given_up()
    {
        await using var peer = new Peer { Greeting = "" };
        await using var nats = new NatsConnection(new NatsOpts { Url = peer.Url, ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        await Assert.ThrowsAsync<NatsConnectionFailedException>(async () => await nats.ConnectAsync().AsTask().WaitAsync(SharedServer.Generous));
    }

    private sealed class Peer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public Peer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url => $"nats://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public string Greeting { get; init; } = "INFO {\"max_payload\":1048576}\r\n";

        public bool ClosesAtOnce { get; init; }

        public Func<int, string> AfterGreeting { get; set; } = _ => "";

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stop.Dispose();
        }

        private async Task ServeAsync()
        {
            for (var number = 1; !_stop.IsCancellationRequested; number++)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    await TalkAsync(client.GetStream(), number);
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
                {
                    // the client left, or the test is over
                }
            }
        }

        private async Task TalkAsync(NetworkStream stream, int number)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Greeting), _stop.Token);
            if (ClosesAtOnce)
                return;
            using var lines = new StreamReader(stream, Encoding.ASCII);
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
            {
                if (line == "PING")
                    await stream.WriteAsync("PONG\r\n"u8.ToArray(), _stop.Token);
                if (!line.StartsWith("SUB a", StringComparison.Ordinal))
                    continue;
                var words = AfterGreeting(number);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(words), _stop.Token);
                if (words.StartsWith("-ERR", StringComparison.Ordinal))
                    return;
            }
        }
    }
}
