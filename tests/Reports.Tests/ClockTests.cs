using System.Buffers.Binary;
using EventSourcedTrading.Domain.Clocks;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Reports.Tests;

public sealed class ClockTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(2_500)]
    [InlineData(-40)]
    public async Task An_offset_is_measured_to_within_half_the_round_trip(int milliseconds)
    {
        await using var server = TimeServer.Start(TimeSpan.FromMilliseconds(milliseconds));
        var m = await Sntp.AskAsync("127.0.0.1", server.Port, Wait, TimeProvider.System, default);
        Assert.InRange(Math.Abs((m.Offset - TimeSpan.FromMilliseconds(milliseconds)).Ticks), 0, (m.Delay.Ticks / 2) + TimeSpan.TicksPerMillisecond);
        Assert.Equal(2, m.Stratum);
    }

    [Fact]
    public void Offset_and_delay_follow_the_formulas_of_RFC_5905()
    {
        // T1 = 0 s, T2 = 10.25 s, T3 = 10.5 s, T4 = 1 s: offset ((10.25 − 0) + (10.5 − 1)) / 2 = 9.875, delay (1 − 0) − (10.5 − 10.25) = 0.75
        var start = new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
        var m = Sntp.Read(Answer(start.AddSeconds(10.25), start.AddSeconds(10.5)), start, start.AddSeconds(1));
        Assert.Equal((9.875, 0.75), (m.Offset.TotalSeconds, m.Delay.TotalSeconds));
    }

    [Fact]
    public void The_end_of_the_first_era_in_2036_is_no_jump()
    {
        var end = new DateTimeOffset(2036, 2, 7, 6, 28, 15, TimeSpan.Zero);
        Assert.Equal(0xFFFFFFFFUL, Sntp.Stamp(end) >> 32);
        Assert.Equal(0UL, Sntp.Stamp(end.AddSeconds(1)) >> 32);
        Assert.Equal(2, Sntp.Read(Answer(end.AddSeconds(2), end.AddSeconds(2)), end, end).Offset.TotalSeconds, 6);
    }

    [Theory]
    [InlineData(0, 0x24, "stratum 0")]
    [InlineData(16, 0x24, "not synchronised")]
    [InlineData(2, 0xE4, "not synchronised")]
    [InlineData(2, 0x23, "mode 3")]
    public void An_answer_that_must_not_be_used_is_refused(byte stratum, byte first, string says)
    {
        var packet = Answer(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        (packet[0], packet[1]) = (first, stratum);
        Assert.Contains(says, Assert.Throws<SntpException>(() => Sntp.Read(packet, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_a_question_that_was_not_asked_is_not_taken()
    {
        await using var server = TimeServer.Start(TimeSpan.Zero, cookie: 42);
        var e = await Assert.ThrowsAsync<SntpException>(() => Sntp.AskAsync("127.0.0.1", server.Port, TimeSpan.FromMilliseconds(300), TimeProvider.System, default));
        Assert.Contains("did not answer", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time.example.org", null, "time.example.org:123", 64)]
    [InlineData("10.0.0.1:1123", "5", "10.0.0.1:1123", 5)]
    public void Settings_come_from_the_environment(string source, string? interval, string expected, int seconds)
    {
        var settings = ClockSettings.From(v => v == "EST_CLOCK_SOURCE" ? source : interval)!;
        Assert.Equal((expected, seconds), (settings.Source, settings.IntervalSeconds));
    }

    [Theory]
    [InlineData("not a server", null)]
    [InlineData("a/b", null)]
    [InlineData("10.0.0.1", "0")]
    [InlineData("10.0.0.1", "soon")]
    public void Settings_that_are_wrong_are_refused(string source, string? interval) =>
        Assert.Throws<ConfigurationException>(() => ClockSettings.From(v => v == "EST_CLOCK_SOURCE" ? source : interval));

    [Fact]
    public void Without_a_source_nothing_is_measured() => Assert.Null(ClockSettings.From(_ => null));

    [Fact]
    public async Task The_report_has_a_line_for_each_host_and_day_and_the_gaps()
    {
        var log = new HandMadeLog();
        foreach (var (at, offset, delay) in ((string, decimal, decimal)[])[("T10:00:00", 50m, 20m), ("T10:01:00", -150m, 40m), ("T10:10:00", 2_000m, 10m)])
            log.Add("clock-one", new ClockOffsetMeasured("one", "ntp:123", offset, delay, 2, 60, Timestamp.Parse($"2026-11-02{at}Z")));
        log.Add("clock-two", new ClockOffsetMeasured("two", "ntp:123", 7m, 2m, 1, 60, Timestamp.Parse("2026-11-02T10:00:00Z")));
        var report = await log.ReportAsync("clock");
        Assert.Equal(new Dictionary<string, string>
        {
            ["host"] = "one", ["source"] = "ntp:123", ["day"] = "2026-11-02", ["stratum"] = "2", ["measurements"] = "3", ["max |offset| µs"] = "2000",
            ["mean |offset| µs"] = "733.333", ["max |offset| + half delay µs"] = "2005", ["% within 1 ms"] = "66.67", ["% within 100 µs"] = "33.33", ["longest gap s"] = "540",
        }, report.Table("days").Row(0));
        Assert.Equal([["one", "ntp:123", "2026-11-02T10:01:00.000000Z", "2026-11-02T10:10:00.000000Z", "540", "60"]], report.Table("gaps").Rows);
        Assert.Equal("two", report.Table("days").Row(1)["host"]);
    }

    [Fact]
    public async Task It_says_plainly_when_nothing_was_measured() =>
        Assert.Contains("No clock was measured", (await Morning.Write().ReportAsync("clock")).Table("statement").Rows[0][0], StringComparison.Ordinal);

    internal static byte[] Answer(DateTimeOffset receive, DateTimeOffset transmit, ReadOnlySpan<byte> request = default)
    {
        var packet = new byte[Sntp.PacketLength];
        (packet[0], packet[1]) = (0x24, 2);
        if (!request.IsEmpty) request[40..48].CopyTo(packet.AsSpan(24));
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(32), Sntp.Stamp(receive));
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(40), Sntp.Stamp(transmit));
        return packet;
    }
}
