using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Audit;

internal sealed record AuditPageRow(long Page, Timestamp FirstRecordedAt, Timestamp LastRecordedAt);

/// <summary>Every event of the log, findable by what it says. It reads members by name and knows no types, so it stops at none.</summary>
internal sealed class AuditIndex : Projection
{
    private static readonly string Tape = Alias<InputsRecorded>();
    private readonly AuditRows rows = new();
    private readonly Rows<long, AuditPageRow> pages = new("audit_page_rows", 1, r => r.Page);

    public AuditIndex() => Tables = [rows, pages];

    public override string Name => "audit_index";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string>? EventTypes => null;

    public override bool ReadsEvents => false;

    public override void Apply(Fact fact)
    {
        var row = RowOf(fact);
        rows.Add(row);
        var page = AuditKey.PageOf(row.Position);
        var known = pages.Find(page) ?? new AuditPageRow(page, row.RecordedAt, row.RecordedAt);
        var next = known with { FirstRecordedAt = Timestamp.Min(known.FirstRecordedAt, row.RecordedAt), LastRecordedAt = Timestamp.Max(known.LastRecordedAt, row.RecordedAt) };
        if (next != known || pages.Find(page) is null) pages.Set(next);
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
