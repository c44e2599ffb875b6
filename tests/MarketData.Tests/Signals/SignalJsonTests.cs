using System.Text;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.MarketData.Tests.Signals;

public sealed class SignalJsonTests
{
    private const string Quote =
        """{"ask":"1.01","askSize":"100","bid":"1.00","bidSize":"200","feed":"lean","instrument":"SPY.ARCX","kind":"quote","sequence":"12","sliceEnd":true,"time":"2013-10-07T13:31:00.000000Z"}""";

    private const string Bar =
        """{"feed":"lean","high":"3","instrument":"SPY.ARCX","kind":"bar","low":"1","open":"2","price":"2.5","sequence":"7","size":"10","sliceEnd":false,"start":"2013-10-07T13:30:00.000000Z","time":"2013-10-07T13:31:00.000000Z"}""";

    private const string Trade =
        """{"feed":"x","instrument":"BTCUSD.XOFF","kind":"trade","price":"0.00000001","sequence":"9007199254740993","size":"0.5","sliceEnd":false,"time":"2018-04-04T00:00:00.000001Z"}""";

    private const string Dividend =
        """{"cashPerShare":"0.47","feed":"lean","instrument":"AAPL.XNAS","kind":"dividend","sequence":"8","sliceEnd":true,"time":"2014-08-07T04:00:00.000000Z"}""";

    private const string Split =
        """{"feed":"lean","instrument":"AAPL.XNAS","kind":"split","newShares":"7","oldShares":"1","sequence":"9","sliceEnd":true,"time":"2014-06-09T04:00:00.000000Z"}""";

    [Theory]
    [InlineData("\"newShares\":\"7\"", "\"newShares\":\"0\"", "newShares 0 and oldShares 1 must be above zero")]
    [InlineData("\"newShares\":\"7\"", "\"newShares\":\"1\"", "must not be oldShares")]
    [InlineData("\"newShares\":\"7\",", "", "newShares is missing")]
    public void A_split_that_is_none_is_refused(string what, string by, string error) =>
        Assert.Contains(error, Read(Split.Replace(what, by, StringComparison.Ordinal)).Error, StringComparison.Ordinal);

    [Fact]
    public void A_dividend_and_a_split_are_no_price()
    {
        var (dividend, split) = (Read(Dividend).Signal!, Read(Split).Signal!);
        Assert.Equal((0.47m, 0m, false), (dividend.CashPerShare, dividend.Mark, dividend.IsPrice));
        Assert.Equal((7m, 1m, 0m, false), (split.NewShares, split.OldShares, split.Mark, split.IsPrice));
    }

    [Theory]
    [InlineData(Quote)]
    [InlineData(Bar)]
    [InlineData(Trade)]
    [InlineData(Dividend)]
    [InlineData(Split)]
    public void Canonical_text_reads_and_writes_to_the_same_bytes(string text)
    {
        var reading = SignalJson.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(reading.Error);
        Assert.Equal(text, Encoding.UTF8.GetString(SignalJson.Write(reading.Signal!)));
    }

    [Fact]
    public void Numbers_members_in_any_order_and_unknown_members_are_taken()
    {
        var reading = Read("""
            { "note": {"deep": [1, {"x": 2}]}, "time": "2013-10-07T09:31:00-04:00", "kind": "quote", "sequence": 12, "bid": 1.00,
              "ask": 1.01, "askSize": 100, "bidSize": 2e2, "feed": "lean", "instrument": "SPY.ARCX", "sliceEnd": true, "high": 9 }
            """);
        Assert.Null(reading.Error);
        Assert.Equal(Read(Quote).Signal, reading.Signal);
    }

    [Theory]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"0.99\"", "crossed")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"-1\"", "ask -1")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"1,01\"", "ask '1,01'")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"NaN\"", "ask 'NaN'")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"\"", "ask ''")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\" 1.01\"", "ask ' 1.01'")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":null", "ask 'null'")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":{}", "ask {…}")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":[1]", "ask […]")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":1e99", "ask '1e99'")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"1.00000000000000000000000000001\"", "ask '1.0")]
    [InlineData("\"ask\":\"1.01\",", "", "ask is missing")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"1.01\",\"ask\":\"1.02\"", "ask comes twice")]
    [InlineData("\"ask\":\"1.01\"", "\"ask\":\"1.01\",\"\\u0061sk\":\"1.02\"", "ask comes twice")]
    [InlineData("\"quote\"", "\"Quote\"", "kind 'Quote'")]
    [InlineData("\"quote\"", "3", "kind '3'")]
    [InlineData("\"12\"", "\"0\"", "sequence 0")]
    [InlineData("\"12\"", "1.5", "sequence '1.5'")]
    [InlineData("\"12\"", "\"9223372036854775808\"", "sequence '922")]
    [InlineData("true", "\"true\"", "sliceEnd 'true'")]
    [InlineData("SPY.ARCX", "spy", "instrument 'spy'")]
    [InlineData("2013-10-07T13:31:00.000000Z", "2013-10-07T13:31:00", "time '2013")]
    [InlineData("2013-10-07T13:31:00.000000Z", "2013-02-30T13:31:00.000000Z", "time '2013")]
    [InlineData("\"lean\"", "\"\"", "feed")]
    [InlineData("\"lean\"", "\"\\ud800\"", "surrogate")]
    public void A_bad_member_is_named(string find, string replacement, string error)
    {
        var reading = Read(Quote.Replace(find, replacement, StringComparison.Ordinal));
        Assert.Null(reading.Signal);
        Assert.Contains(error, reading.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kind\"")]
    [InlineData(Quote + "{}")]
    [InlineData("/**/" + Quote)]
    public void Text_that_is_no_signal_is_refused(string text) => Assert.NotNull(Read(text).Error);

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        Assert.NotNull(Read(Quote[..^1] + ",\"x\":" + new string('[', 100) + new string(']', 100) + "}").Error);
        Assert.NotNull(Read(Quote[..^1] + ",\"x\":\"" + new string('a', SignalJson.MaxReadBytes) + "\"}").Error);
    }

    [Fact]
    public void Reading_never_throws_whatever_byte_is_changed() => Prop.ForAll(
        ArbMap.Default.ArbFor<(PositiveInt, byte)[]>(), changes =>
        {
            var bytes = Encoding.UTF8.GetBytes(Bar);
            foreach (var (at, value) in changes) bytes[at.Get % bytes.Length] = value;
            var reading = SignalJson.Read(bytes);
            return reading.Signal is null != reading.Error is null;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_is_read_back_equal_and_has_ordered_names() => Prop.ForAll(Signals(), signal =>
    {
        var bytes = SignalJson.Write(signal);
        var names = System.Text.Json.JsonDocument.Parse(bytes).RootElement.EnumerateObject().Select(p => p.Name).ToList();
        return SignalJson.Read(bytes).Signal == signal && names.SequenceEqual(names.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_longest_signal_fits()
    {
        const decimal longest = 1.000000000000000000000000001m;
        var signal = Read(Bar).Signal! with
        {
            Feed = new string('\u0001', 64),
            Instrument = new string('X', 24) + ".XNAS",
            Sequence = long.MaxValue,
            Open = longest,
            High = 999_999_999.0000000000000000001m,
            Low = longest,
            Price = longest,
            Size = 999_999_999_999.0000000000000001m,
        };
        Assert.Equal(signal, SignalJson.Read(SignalJson.Write(signal)).Signal);
    }

    [Fact]
    public void A_malformed_signal_is_not_written() =>
        Assert.Throws<ArgumentException>(() => SignalJson.Write(Read(Quote).Signal! with { Ask = 0m }));

    private static SignalReading Read(string text) => SignalJson.Read(Encoding.UTF8.GetBytes(text));

    private static Arbitrary<Signal> Signals()
    {
        var price = Gen.Choose(1, (int)Signal.MaxPrice).SelectMany(_ => Gen.Choose(0, 28), (n, scale) => new decimal(n, 0, 0, false, (byte)scale));
        var feed = ArbMap.Default.GeneratorFor<string>().Select(s => s is { Length: > 0 and <= 64 } && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s)) == s ? s : "f\"\\\n\u001f€");
        return (from kind in Gen.Elements(Enum.GetValues<SignalKind>())
                from a in price
                from b in price
                from size in price
                from name in feed
                from sequence in Gen.Choose(1, int.MaxValue)
                from end in Gen.Elements(true, false)
                let fact = new Signal
                {
                    Kind = kind, Instrument = "SPY.ARCX", Feed = name, Sequence = sequence, SliceEnd = end, Time = new Timestamp(sequence * 1_000_003L),
                }
                select kind switch
                {
                    SignalKind.Quote => fact with { Bid = Math.Min(a, b), Ask = Math.Max(a, b), BidSize = size, AskSize = a },
                    SignalKind.Trade => fact with { Price = a, Size = size },
                    SignalKind.Dividend => fact with { CashPerShare = a },
                    SignalKind.Split => fact with { NewShares = (sequence % 1_000) + 1, OldShares = (sequence % 1_000) + 2 },
                    _ => fact with { Open = a, Price = b, High = Math.Max(a, b), Low = Math.Min(a, b), Size = size, Start = new Timestamp(5) },
                }).ToArbitrary();
    }
}
