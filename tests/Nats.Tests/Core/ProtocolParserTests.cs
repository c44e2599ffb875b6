using System.Buffers;
using System.Globalization;
using System.Text;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class ProtocolParserTests
{
    private const string Conversation =
        "INFO {\"max_payload\":1048576}\r\n+OK\r\nPING\r\nMSG a.b 7 5\r\nhallo\r\nmsg\ta 8  re.ply\t0\r\n\r\nHMSG h 9 12 17\r\nNATS/1.0\r\n\r\nhallo\r\n"
        + "HMSG h 9 r.x 21 21\r\nNATS/1.0 503\r\nA: \r\n\r\n\r\n-ERR 'Some Thing'\r\npong\r\nMSG crlf 1 6\r\n\r\nPING\r\n";

    private static readonly string[] Heard =
    [
        "info {\"max_payload\":1048576}", "ping", "7 a.b - [] [hallo]", "8 a re.ply [] []", "9 h - [NATS/1.0\r\n\r\n] [hallo]",
        "9 h r.x [NATS/1.0 503\r\nA: \r\n\r\n] []", "err Some Thing", "pong", "1 crlf - [] [\r\nPING]",
    ];

    [Fact]
    public void Every_split_into_two_reads_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Conversation);
        for (var at = 0; at <= bytes.Length; at++)
        {
            Assert.Equal(Heard, Hear([bytes[..at], bytes[at..]], keepSegments: true));
            Assert.Equal(Heard, Hear([bytes[..at], bytes[at..]], keepSegments: false));
        }
    }

    [Fact]
    public void Byte_by_byte_reads_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Conversation);
        Assert.Equal(Heard, Hear(bytes.Select(b => new[] { b }).ToArray(), keepSegments: true));
    }

    [Fact]
    public void Random_messages_in_random_pieces_are_read_whole()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var sent = new ArrayBufferWriter<byte>();
            var expected = new List<string>();
            for (var i = random.Next(1, 20); i > 0; i--)
                expected.Add(RandomMessage(random, sent));
            var pieces = new List<byte[]>();
            for (var rest = sent.WrittenMemory; rest.Length > 0;)
            {
                var take = Math.Min(rest.Length, random.Next(3) == 0 ? random.Next(0, 4) : random.Next(1, 200));
                pieces.Add(rest[..take].ToArray());
                rest = rest[take..];
            }
            Assert.True(expected.SequenceEqual(Hear([.. pieces], keepSegments: random.Next(2) == 0)), $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("MSG a 1 -5\r\n")]
    [InlineData("MSG a -1 5\r\n")]
    [InlineData("MSG a 1 99999999999999999999\r\n")]
    [InlineData("MSG a 1 1048577\r\n")]
    [InlineData("MSG a 1 0x10\r\n")]
    [InlineData("MSG a 1 +5\r\n")]
    [InlineData("MSG a 1\r\n")]
    [InlineData("MSG a 1 b c 5\r\n")]
    [InlineData("MSG\r\n")]
    [InlineData("MSGX a 1 0\r\n\r\n")]
    [InlineData("HMSG a 1 20 10\r\n")]
    [InlineData("HMSG a 1 10\r\n")]
    [InlineData("MSG a 1 2\r\nabcd")]
    [InlineData("HELLO\r\n")]
    [InlineData("\r\n")]
    [InlineData("PINGPONG\r\n")]
    [InlineData("INFO\r\n")]
    [InlineData("INFOX {}\r\n")]
    public void What_is_not_the_protocol_is_refused(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at <= bytes.Length; at++)
            Assert.Throws<NatsProtocolViolationException>(() => Hear([bytes[..at], bytes[at..]], keepSegments: true));
    }

    [Fact]
    public void Lines_have_a_longest_length()
    {
        var longest = "-ERR " + new string('x', ProtocolParser.MaxControlLine - 5);
        Assert.Single(Hear([Encoding.ASCII.GetBytes(longest + "\r\n")], keepSegments: true));
        Assert.Single(Hear([Encoding.ASCII.GetBytes(longest + "\r"), "\n"u8.ToArray()], keepSegments: true));
        Assert.Throws<NatsProtocolViolationException>(() => Hear([Encoding.ASCII.GetBytes(longest + "x\r\n")], keepSegments: true));
        Assert.Throws<NatsProtocolViolationException>(() => Hear([Encoding.ASCII.GetBytes(longest), "xx"u8.ToArray()], keepSegments: true));
        Assert.Single(Hear([Encoding.ASCII.GetBytes("INFO " + new string('x', 50_000) + "\r\n")], keepSegments: true));
        Assert.Throws<NatsProtocolViolationException>(() => Hear([Encoding.ASCII.GetBytes("INFO " + new string('x', 70_000))], keepSegments: true));
    }

    [Fact]
    public void Random_bytes_are_refused_or_awaited_and_never_crash()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.ASCII.GetBytes(Conversation);
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var at = random.Next(bytes.Length);
            try
            {
                Hear([bytes[..at], bytes[at..]], keepSegments: true);
            }
            catch (NatsProtocolViolationException)
            {
                // the one permitted failure
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
        }
    }

    private static string RandomMessage(Random random, ArrayBufferWriter<byte> to)
    {
        var payload = new byte[random.Next(4) == 0 ? random.Next(5000) : random.Next(20)];
        random.NextBytes(payload);
        var subject = "s" + new string('x', random.Next(100));
        var reply = random.Next(2) == 0 ? "r." + random.Next() : null;
        var headers = random.Next(2) == 0 ? $"NATS/1.0\r\nK: {random.Next()}\r\n\r\n" : "";
        var sid = random.NextInt64();
        var replyToken = reply is null ? "" : reply + " ";
        var line = headers.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"HMSG {subject} {sid} {replyToken}{headers.Length} {headers.Length + payload.Length}\r\n{headers}")
            : string.Create(CultureInfo.InvariantCulture, $"MSG {subject} {sid} {replyToken}{payload.Length}\r\n");
        to.Write(Encoding.ASCII.GetBytes(line));
        to.Write(payload);
        to.Write("\r\n"u8);
        return $"{sid} {subject} {reply ?? "-"} [{headers}] [{Encoding.Latin1.GetString(payload)}]";
    }

    /// <summary>Gives the pieces one after another, as reads would, either as segments of one sequence or joined.</summary>
    private static List<string> Hear(byte[][] pieces, bool keepSegments)
    {
        var ops = new Notes();
        var waiting = new List<byte[]>();
        foreach (var piece in pieces)
        {
            waiting.Add(piece);
            var buffer = keepSegments ? Segments(waiting) : new ReadOnlySequence<byte>(waiting.SelectMany(b => b).ToArray());
            ProtocolParser.Parse(ref buffer, ops, maxPayload: 1024 * 1024);
            waiting.Clear();
            foreach (var left in buffer)
                waiting.Add(left.ToArray());
        }
        return ops.Heard;
    }

    private static ReadOnlySequence<byte> Segments(List<byte[]> pieces)
    {
        var first = new Segment(pieces[0], null);
        var last = first;
        foreach (var piece in pieces.Skip(1))
            last = new Segment(piece, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    private sealed class Notes : IServerOps
    {
        public List<string> Heard { get; } = [];

        public void OnMsg(long sid, in InboundMsg msg) => Heard.Add(
            $"{sid} {Text(msg.Subject)} {(msg.ReplyTo.IsEmpty ? "-" : Text(msg.ReplyTo))} [{Text(msg.Headers.ToArray())}] [{Text(msg.Payload.ToArray())}]");

        public void OnPing() => Heard.Add("ping");

        public void OnPong() => Heard.Add("pong");

        public void OnInfo(in ReadOnlySequence<byte> json) => Heard.Add("info " + Text(json.ToArray()));

        public void OnErr(string error) => Heard.Add("err " + error);

        private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
    }
}
