using System.Buffers;
using System.Text;
using NATS.Client.Core;

namespace EventSourcedTrading.Nats.Tests.Core;

public sealed class HeaderCodecTests
{
    [Theory]
    [InlineData("NATS/1.0\r\n\r\n", 0, "")]
    [InlineData("NATS/1.0 503\r\n\r\n", 503, "")]
    [InlineData("NATS/1.0 404 No Messages\r\n\r\n", 404, "No Messages")]
    [InlineData("NATS/1.0   100   Idle Heartbeat  \r\nA:b\r\n\r\n", 100, "Idle Heartbeat")]
    public void The_status_line_is_read(string block, int code, string text)
    {
        var headers = Parse(block);
        Assert.Equal(code, headers.Code);
        Assert.Equal(text, headers.MessageText);
    }

    [Fact]
    public void White_space_around_values_goes_and_values_gather_in_order()
    {
        var headers = Parse("NATS/1.0\r\nA:1\r\na: 2\r\nA: \t 3 \r\nB:\r\n\r\n");
        Assert.Equal(["1", "3"], headers["A"].ToArray());
        Assert.Equal("2", (string?)headers["a"]);
        Assert.Equal("", (string?)headers["B"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NATS/1.0")]
    [InlineData("NATS/1.0\r\n")]
    [InlineData("HTTP/1.1 200\r\n\r\n")]
    [InlineData("NATS/1.0 abc\r\n\r\n")]
    [InlineData("NATS/1.0 -50\r\n\r\n")]
    [InlineData("NATS/1.0 9999999999\r\n\r\n")]
    [InlineData("NATS/1.0\r\nno colon\r\n\r\n")]
    [InlineData("NATS/1.0\r\n: no name\r\n\r\n")]
    [InlineData("NATS/1.0\r\nbad name: x\r\n\r\n")]
    [InlineData("NATS/1.0\r\nA: b\r\n")]
    [InlineData("NATS/1.0\r\n\r\nA: b\r\n\r\n")]
    public void A_malformed_block_is_refused(string block) => Assert.Throws<NatsHeaderParseException>(() => Parse(block));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Throws<NatsHeaderParseException>(() => HeaderCodec.Parse(new([.. "NATS/1.0\r\nA: "u8, 0xff, .. "\r\n\r\n"u8]), 1000));

    [Fact]
    public void Any_value_without_line_breaks_comes_back()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var sent = new NatsHeaders();
            for (var i = random.Next(1, 8); i > 0; i--)
                sent.Add($"K{random.Next(4)}", RandomText(random));
            var block = new ArrayBufferWriter<byte>();
            block.Write("NATS/1.0\r\n"u8);
            HeaderCodec.Write(block, sent);
            block.Write("\r\n"u8);
            var received = HeaderCodec.Parse(new(block.WrittenMemory), 100_000);
            Assert.Equal(sent.Count, received.Count);
            foreach (var (name, values) in sent)
                Assert.True(values == received[name], $"seed {seed}, round {round}");
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(30); i > 0; i--)
        {
            var rune = random.Next(3) == 0 ? random.Next(0x20, 0x7f) : random.Next(0x80, 0x1ffff);
            if (Rune.IsValid(rune))
                text.Append(new Rune(rune));
        }
        return text.ToString().Trim(' ', '\t');
    }

    private static NatsHeaders Parse(string block) => HeaderCodec.Parse(new(Encoding.UTF8.GetBytes(block)), 1000);
}
