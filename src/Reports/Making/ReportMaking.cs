using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>Makes reports from the log: one pass, and no more in memory than what the report will hold.</summary>
public static class ReportMaking
{
    /// <param name="reader">Without upcasters: leaf hashes are of events as they stand in the log.</param>
    /// <param name="prove">Gives the C2SP tlog-proof of a position under the scope's checkpoint; null for none.</param>
    /// <param name="progress">Told now and then which position has been read.</param>
    /// <exception cref="ArgumentException">The scope is not well-formed.</exception>
    /// <exception cref="ReportTooLargeException">More rows than <see cref="Report.MaxRows"/>.</exception>
    public static async Task<Report> MakeAsync(
        ReportDefinition definition, ReportScope scope, EventReader reader,
        Func<long, ValueTask<string>>? prove = null, IProgress<long>? progress = null, CancellationToken ct = default)
    {
        if (scope.Validate() is { } wrong) throw new ArgumentException(wrong, nameof(scope));
        return await MakeAsync(definition, scope, ReadAsync(definition.Types, scope, reader, progress, ct), prove);
    }

    /// <summary>The same from events at hand, in the order of the log.</summary>
    public static async Task<Report> MakeAsync(ReportDefinition definition, ReportScope scope, IAsyncEnumerable<LogEvent> log, Func<long, ValueTask<string>>? prove = null)
    {
        var ends = new Ends();
        var tables = await definition.BuildAsync(OfScopeAsync(definition, scope, log, ends), scope);
        if (tables.Any(t => t.Rows.Count > Report.MaxRows)) throw new ReportTooLargeException(definition.Name);
        return new Report(
            definition.Name, definition.Title, definition.Asks, scope, tables, definition.NotCovered,
            ends.Count, await RestAsync(ends.First, prove), await RestAsync(ends.Last, prove), RowHash.Of(tables));
    }

    private static async IAsyncEnumerable<LogEvent> ReadAsync(
        IReadOnlyList<string>? types, ReportScope scope, EventReader reader, IProgress<long>? progress, [EnumeratorCancellation] CancellationToken ct)
    {
        if (scope.Checkpoint.Size == 0) yield break;
        await foreach (var e in reader.ReadAllAsync(1, types, ct: ct))
        {
            if (e.SeqId > scope.Checkpoint.Size) yield break;
            progress?.Report(e.SeqId);
            yield return new LogEvent(e);
        }
    }

    private static async IAsyncEnumerable<LogEvent> OfScopeAsync(ReportDefinition definition, ReportScope scope, IAsyncEnumerable<LogEvent> log, Ends ends)
    {
        await foreach (var e in log)
        {
            if (e.Seq > scope.Checkpoint.Size) yield break;
            if (definition.Types?.Contains(e.Recorded.Type) == false || !scope.Concerns(e.Portfolio)) continue;
            if (scope.Covers(e.At)) ends.Take(e);
            yield return e;
        }
    }

    private static async Task<RestsOn?> RestAsync(LogEvent? e, Func<long, ValueTask<string>>? prove)
    {
        if (e is null) return null;
        var hash = new byte[SHA256.HashSizeInBytes];
        LeafFormat.Hash(e.Recorded, hash);
        return new RestsOn(e.Seq, e.Recorded.Type, Convert.ToHexStringLower(hash), prove is null ? null : await prove(e.Seq));
    }

    private sealed class Ends
    {
        public long Count { get; private set; }
        public LogEvent? First { get; private set; }
        public LogEvent? Last { get; private set; }

        public void Take(LogEvent e)
        {
            Count++;
            First ??= e;
            Last = e;
        }
    }
}
