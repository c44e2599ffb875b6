using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Reports.Tests;

/// <summary>A log that is written by hand: every event a second after the one before, from 2026-11-02 09:00 UTC on.</summary>
internal sealed class HandMadeLog
{
    public static readonly Timestamp Start = Timestamp.Parse("2026-11-02T09:00:00Z");
    private readonly List<RecordedEvent> events = [];
    private readonly Dictionary<string, long> versions = [];

    public LogCheckpoint Checkpoint => new("a log", events.Count, Convert.ToBase64String(new byte[32]), null);

    public IEnumerable<LogEvent> Events => events.Select(e => new LogEvent(e));

    /// <returns>The position of the event.</returns>
    public long Add(string stream, DomainEvent e, string? causation = null)
    {
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        events.Add(new RecordedEvent(
            events.Count + 1, EventId.For(stream, version), stream, version, EventJson.AliasOf(e), EventJson.Serialize(e), At(events.Count + 1).ToDateTimeOffset(), null, causation, default));
        return events.Count;
    }

    /// <summary>When the event at a position was recorded.</summary>
    public static Timestamp At(long position) => Start + TimeSpan.FromSeconds(position - 1);

    public Task<Report> ReportAsync(string name, string? portfolio = null, Timestamp? from = null, Timestamp? to = null, LogCheckpoint? checkpoint = null) => ReportMaking.MakeAsync(
        ReportCatalogue.All.Single(d => d.Name == name), new ReportScope(portfolio, from, to, checkpoint ?? Checkpoint), Events.ToAsyncEnumerable());
}

internal static class Reading
{
    public static ReportTable Table(this Report report, string name) => report.Tables.Single(t => t.Name == name);

    /// <summary>A row's cells by column; what is empty is left out.</summary>
    public static Dictionary<string, string> Row(this ReportTable table, int row) =>
        table.Columns.Select((c, i) => (c.Name, Value: table.Rows[row][i])).Where(c => c.Value is { Length: > 0 }).ToDictionary(c => c.Name, c => c.Value!);

    public static List<string?> Column(this ReportTable table, string name)
    {
        var index = table.Columns.Select(c => c.Name).ToList().IndexOf(name);
        return [.. table.Rows.Select(r => r[index])];
    }
}
