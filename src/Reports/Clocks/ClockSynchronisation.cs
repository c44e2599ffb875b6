using EventSourcedTrading.Domain.Clocks;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Reports;

/// <summary>Clock synchronisation: measured offsets per host and day (RTS 25).</summary>
public static class ClockSynchronisation
{
    /// <summary>RTS 25, annex, table 2: largest divergence of a member's clock for high-frequency trading, and for other electronic trading, in microseconds.</summary>
    private const decimal Strict = 100m, Usual = 1_000m;

    public static readonly ReportDefinition Definition = new(
        "clock", "Clock synchronisation", "measured offset of each host's clock from a named source (RTS 25)",
        "Regulation (EU) 2017/574 (RTS 25) asks that business clocks which record reportable events keep to UTC (articles 1 and 3): for high-frequency trading within "
        + "100 microseconds with a granularity of one microsecond, for other electronic trading within one millisecond (annex, table 2); and that this can be traced (article 4). A measurement "
        + "here is one exchange with a time server: the offset is source less host, and is wrong by half of the round trip at the most if the server is right.",
        [EventJson.AliasOf<ClockOffsetMeasured>()],
        [
            new("traceability of the source to UTC", "that is the operator of the time server's to document; the report names it and its stratum"),
            new("what disciplines the clock", "the platform measures and does not set clocks; ntpd, chronyd or PTP do, and keep their own statistics"),
            new("exact time of each event within the host", "time stamps have a granularity of one microsecond; what happens between an event and its stamp is not measured"),
            new("hosts that were not measured", "a host without the role clock, or without a configured source, is not listed; if there is no host below, nothing was measured"),
        ],
        BuildAsync);

    private sealed class Day(string host, string source, string date)
    {
        public string Host => host;
        public string Source => source;
        public string Date => date;
        public long Count { get; private set; }
        public decimal Max { get; private set; }
        public decimal Sum { get; private set; }
        public decimal WorstCase { get; private set; }
        public long WithinUsual { get; private set; }
        public long WithinStrict { get; private set; }
        public decimal LongestGap { get; set; }
        public int Stratum { get; private set; }

        public void Take(ClockOffsetMeasured m)
        {
            var offset = Math.Abs(m.OffsetMicros);
            Count++;
            Max = Math.Max(Max, offset);
            Sum += offset;
            WorstCase = Math.Max(WorstCase, offset + (m.DelayMicros / 2m));
            if (offset <= Usual) WithinUsual++;
            if (offset <= Strict) WithinStrict++;
            Stratum = Math.Max(Stratum, m.Stratum);
        }
    }

    private sealed record Gap(string Host, string Source, ClockOffsetMeasured After, ClockOffsetMeasured Before, decimal Seconds);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var days = new SortedDictionary<string, Day>(StringComparer.Ordinal);
        var last = new Dictionary<(string, string), ClockOffsetMeasured>();
        var gaps = new List<Gap>();
        await foreach (var e in log)
        {
            if (!scope.Covers(e.At)) continue;
            var m = (ClockOffsetMeasured)e.Event;
            var date = m.At.ToString()[..10];
            var key = $"{m.Host}\n{m.Source}\n{date}";
            if (!days.TryGetValue(key, out var day)) days[key] = day = new Day(m.Host, m.Source, date);
            day.Take(m);
            if (last.GetValueOrDefault((m.Host, m.Source)) is { } before)
            {
                var seconds = (m.At.UnixMicros - before.At.UnixMicros) / 1_000_000m;
                day.LongestGap = Math.Max(day.LongestGap, seconds);
                if (seconds > 2m * before.IntervalSeconds) gaps.Put(new Gap(m.Host, m.Source, before, m, seconds), Definition.Name);
            }

            last[(m.Host, m.Source)] = m;
        }

        return [Statement(days.Values), Days([.. days.Values]), Gaps(gaps)];
    }

    private static ReportTable Statement(IReadOnlyCollection<Day> days)
    {
        var measured = days.Sum(d => d.Count);
        string[] said = measured == 0
            ? ["No clock was measured in this period: the report shows nothing about the clocks of any host."]
            : [$"{measured} measurements of {days.Select(d => d.Host).Distinct().Count()} hosts; largest offset {Cell.Of(days.Max(d => d.Max))} microseconds."];
        return ReportTable.Of<string>("statement", "What was measured", said, new Column<string>("statement", "clock_offset_measured, counted", s => s));
    }

    private static ReportTable Days(List<Day> days) => ReportTable.Of(
        "days", "Offsets by host, source and day", days,
        new("host", "host", d => d.Host),
        new("source", "source", d => d.Source),
        new("day", "at, UTC", d => d.Date),
        new("stratum", "stratum, the highest of the day", d => Cell.Of(d.Stratum), true),
        new("measurements", "counted", d => Cell.Of(d.Count), true),
        new("max |offset| µs", "offsetMicros", d => Cell.Of(d.Max), true),
        new("mean |offset| µs", "offsetMicros, three digits", d => Cell.Of(d.Sum / d.Count, 3), true),
        new("max |offset| + half delay µs", "offsetMicros and delayMicros: what the offset may have been at the most", d => Cell.Of(d.WorstCase, 3), true),
        new("% within 1 ms", "|offsetMicros| of at most 1000", d => Cell.Of(100m * d.WithinUsual / d.Count, 2), true),
        new("% within 100 µs", "|offsetMicros| of at most 100", d => Cell.Of(100m * d.WithinStrict / d.Count, 2), true),
        new("longest gap s", "at of a measurement less that of the one before", d => Cell.Of(d.LongestGap), true));

    private static ReportTable Gaps(List<Gap> gaps) => ReportTable.Of(
        "gaps", "Times without a measurement, longer than twice what was planned", gaps,
        new("host", "host", g => g.Host),
        new("source", "source", g => g.Source),
        new("from", "at of the measurement before", g => Cell.Of(g.After.At)),
        new("to", "at of the measurement after", g => Cell.Of(g.Before.At)),
        new("seconds", "the difference", g => Cell.Of(g.Seconds), true),
        new("planned seconds", "intervalSeconds of the measurement before", g => Cell.Of(g.After.IntervalSeconds), true));
}
