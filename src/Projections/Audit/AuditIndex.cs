using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Audit;

internal sealed record AuditTimeRow(long Slice, Timestamp FirstRecordedAt, Timestamp LastRecordedAt);

/// <summary>Every event of the log, findable by what it says. It reads members by name and knows no types, so it stops at none.</summary>
internal sealed class AuditIndex : Projection
{
    /// <summary>When it was recorded is known for each 2^10 positions of the log.</summary>
    private const int SliceBits = 10;

    private static readonly string Tape = Alias<InputsRecorded>();
    private readonly AuditRows rows = new();
    private readonly Rows<long, AuditTimeRow> times = new("audit_time_rows", 1, r => r.Slice);

    public AuditIndex() => Tables = [rows, times];

    public override string Name => "audit_index";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string>? EventTypes => null;

    public override bool ReadsEvents => false;

    public override void Apply(Fact fact)
    {
        var row = RowOf(fact);
        rows.Add(row);
        var slice = row.Position >> SliceBits;
        var known = times.Find(slice);
        var next = new AuditTimeRow(
            slice, Timestamp.Min(known?.FirstRecordedAt ?? row.RecordedAt, row.RecordedAt), Timestamp.Max(known?.LastRecordedAt ?? row.RecordedAt, row.RecordedAt));
        if (next != known) times.Set(next);
    }

    internal static AuditRow RowOf(Fact fact)
    {
        var e = fact.Recorded;
        // A tape holds thousands of inputs; what of them came to something is an event of its own.
        var facts = e.Type == Tape ? AuditFacts.None : AuditFacts.Of(e.Data.Span);
        return new AuditRow(
            e.SeqId, Timestamp.From(e.Timestamp), facts.AsOf, e.Type, e.StreamId, e.Version, facts.Portfolio, facts.Instrument, facts.Agents,
            facts.OrderId ?? After("order-", e.StreamId), facts.DecisionId ?? After("round-", e.StreamId), facts.Actor, e.CorrelationId, e.CausationId, facts.Words);
    }

    private static string? After(string prefix, string stream) => stream.StartsWith(prefix, StringComparison.Ordinal) ? stream[prefix.Length..] : null;
}
