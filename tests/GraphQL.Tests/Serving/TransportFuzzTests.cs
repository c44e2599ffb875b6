using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>Whatever comes in, the answer is orderly and the server lives on.</summary>
public sealed class TransportFuzzTests
{
    private static readonly string[] Sound =
    [
        """{"query":"query Q($t: String) { hello echo(text: $t) self { __typename } }","operationName":"Q","variables":{"t":"x"},"extensions":{}}""",
        """{"query":"mutation { add(n: 1) }"}""",
        """{"query":"{ __schema { types { name fields { name } } } }"}""",
    ];

    private static readonly string[] Insertions = ["{", "}", "[", "]", "\"", ",", ":", "\\", "\\ud800", "\\u0000", "1e999", "\\\"\\\"\\\"", "null", "\u00e9"];

    private static readonly string[] Frames =
    [
        """{"type":"connection_init","payload":{}}""", """{"type":"ping"}""", """{"type":"pong","payload":{"a":1}}""", """{"type":"connection_ack"}""",
        """{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}""", """{"id":"2","type":"subscribe","payload":{"query":"subscription { decisions { position } }"}}""",
        """{"id":"3","type":"subscribe","payload":{"query":"subscription { silent }"}}""", """{"id":"3","type":"complete"}""", """{"id":"9","type":"complete"}""",
        """{"id":"4","type":"subscribe","payload":{"query":"{{{{{{{{{"}}""", "[[[[[[", "", "null", "{\"type\":", "{\"type\":\"subscribe\"}",
    ];

    [Fact]
    public async Task Bodies_of_any_kind_are_answered()
    {
        await using var server = await SampleServer.StartAsync();
        var statuses = new SortedDictionary<int, int>();
        foreach (var seed in Seeds.Chosen(300, 20_000))
        {
            var random = new Random(seed);
            var body = Mutate(Encoding.UTF8.GetBytes(Sound[random.Next(Sound.Length)]), random);
            using var answer = await HttpTests.PostAsync(server, body);
            statuses[(int)answer.StatusCode] = statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
            Assert.True((int)answer.StatusCode is 200 or 400, $"seed {seed}: {answer.StatusCode} for {Encoding.Latin1.GetString(body)}");
            using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        }

        TestContext.Current.SendDiagnosticMessage($"statuses: {string.Join(", ", statuses.Select(s => $"{s.Key} x {s.Value}"))}");
        Assert.Equal(HttpStatusCode.OK, (await HttpTests.PostAsync(server, Encoding.UTF8.GetBytes(Sound[0]))).StatusCode);
    }

    [Fact]
    public async Task Connections_that_break_off_do_no_harm()
    {
        await using var server = await SampleServer.StartAsync();
        foreach (var seed in Seeds.Chosen(60, 2_000))
        {
            var random = new Random(seed);
            var request = Encoding.UTF8.GetBytes($"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {random.Next(200)}\r\n\r\n{Sound[0]}");
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, server.Port);
            await socket.GetStream().WriteAsync(random.Next(4) == 0 ? Mutate(request, random) : request.AsMemory(0, random.Next(request.Length)));
            if (random.Next(2) == 0) socket.Client.Shutdown(SocketShutdown.Send);
            if (random.Next(3) == 0) socket.Client.LingerState = new LingerOption(true, 0); // a reset
        }

        Assert.Equal(HttpStatusCode.OK, (await HttpTests.PostAsync(server, Encoding.UTF8.GetBytes(Sound[0]))).StatusCode);
    }

    [Fact]
    public async Task Frames_in_any_order_are_answered_or_end_the_connection_with_a_code()
    {
        await using var server = await SampleServer.StartAsync(options: new() { Sockets = new() { CloseTimeout = TimeSpan.FromMilliseconds(300) } });
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var seed in Seeds.Chosen(150, 5_000))
        {
            var random = new Random(seed);
            using var peer = await Peer.ConnectAsync(server);
            var end = await PlayAsync(peer, random);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            Assert.True(end is "left" or "closed 1000" or "closed 1001" or "closed 4400" or "closed 4401" or "closed 4409" or "closed 4429" or "closed 1002" or "closed 1007", $"seed {seed}: {end}");
        }

        TestContext.Current.SendDiagnosticMessage($"ends: {string.Join(", ", ends.Select(s => $"{s.Key} x {s.Value}"))}");
        using var after = await Peer.JoinAsync(server);
    }

    private static async Task<string> PlayAsync(Peer peer, Random random)
    {
        try
        {
            if (random.Next(4) > 0) await peer.SayAsync(Frames[0]);
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var frame = Encoding.UTF8.GetBytes(Frames[random.Next(1, Frames.Length)]);
                if (random.Next(6) == 0) frame = Mutate(frame, random);
                await peer.SayAsync(frame, random.Next(20) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, end: random.Next(20) > 0);
            }

            if (random.Next(3) == 0)
            {
                peer.Abort();
                return "left";
            }

            await peer.SayAsync("no JSON, so that there is an end");
        }
        catch (WebSocketException)
        {
            // Closed already; the code is still to be heard.
        }

        var end = await peer.HearEndAsync();
        return end.Length > 11 ? end[..11] : end;
    }

    private static byte[] Mutate(byte[] sound, Random random)
    {
        var bytes = new List<byte>(sound);
        for (var i = random.Next(6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Insertions[random.Next(Insertions.Length)], random.Next(3) == 0 ? random.Next(1, 300) : 1)))); break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(20))); break;
                default: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1)); break;
            }
        }

        return [.. bytes];
    }
}
