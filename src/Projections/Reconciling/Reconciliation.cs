using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Reconciling;

/// <summary>Superseded: found anew with other figures, which is another row. Dismissed: the difference is still there, and stands.</summary>
public enum BreakState { Open, Resolved, Dismissed, Superseded }

internal sealed record ReconciliationRow(
    long Seq, string Portfolio, string Broker, string Account, long Orders, long Executions, long Positions, long OpenBreaks, Timestamp AsOf,
    Timestamp RecordedAt);

/// <param name="Seq">The place of the event that found it.</param>
/// <param name="Requested">What a person asked for last; it is done with a later comparison, or refused.</param>
/// <param name="RefusedFor">Why what was asked for was not done.</param>
/// <param name="Detail">How it ended, and by whose word.</param>
internal sealed record BreakRow(
    long Seq, string BreakId, string Portfolio, string Broker, BreakKind Kind, string Key, string Ours, string Theirs, BreakAction Action, string Owner,
    BreakState State, Timestamp FoundAt, BreakResolution? Requested, string? RequestedBy, string? RequestReason, string? RefusedFor, Timestamp? EndedAt,
    string? Detail, long LastSeq);

internal sealed record OpenBreakRow(string BreakId, long Seq);

/// <summary>The comparisons with the brokers, and in what the books differed.</summary>
internal sealed class Reconciliation : Projection
{
    private readonly AddedRows<long, ReconciliationRow> runs = new("reconciliation_rows", 1, r => r.Seq);
    private readonly Rows<long, BreakRow> breaks = new("break_rows", 1, r => r.Seq, wanted: 1_000);
    private readonly Rows<string, OpenBreakRow> open = new("open_break_rows", 1, r => r.BreakId);

    public Reconciliation() => Tables = [runs, breaks, open];

    public override string Name => "reconciliation";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
        [Alias<ReconciliationRan>(), Alias<BreakFound>(), Alias<BreakResolved>(), Alias<BreakResolutionOrdered>(), Alias<BreakResolutionRefused>()];

    public override void Prepare(Fact fact)
    {
        if (BreakOf(fact.Event) is { } id && open.Find(id) is { } row) breaks.Want(row.Seq);
    }

    public override void Apply(Fact fact)
    {
        var seq = fact.Recorded.SeqId;
        switch (fact.Event)
        {
            case ReconciliationRan e:
                runs.Add(seq, new ReconciliationRow(
                    seq, e.Portfolio, e.Broker, e.Account, e.Orders, e.Executions, e.Positions, e.OpenBreaks, e.AsOf, Timestamp.From(fact.Recorded.Timestamp)));
                break;
            case BreakFound e:
                Change(e.BreakId, seq, row => row with { State = BreakState.Superseded, EndedAt = e.AsOf });
                breaks.Set(new BreakRow(
                    seq, e.BreakId, e.Portfolio, e.Broker, e.Kind, e.Key, e.Ours, e.Theirs, e.Action, e.Owner, BreakState.Open, e.AsOf,
                    null, null, null, null, null, null, seq));
                open.Set(new OpenBreakRow(e.BreakId, seq));
                break;
            case BreakResolved e:
                Change(e.BreakId, seq, row => row with { State = e.Dismissed ? BreakState.Dismissed : BreakState.Resolved, EndedAt = e.AsOf, Detail = e.Detail });
                open.Remove(e.BreakId);
                break;
            case BreakResolutionOrdered e:
                Change(e.BreakId, seq, row => row with { Requested = e.How, RequestedBy = e.Actor, RequestReason = e.Reason, RefusedFor = null });
                break;
            case BreakResolutionRefused e:
                Change(e.BreakId, seq, row => row with { RefusedFor = e.Reason });
                break;
        }
    }

    /// <summary>Nothing happens where no such break is open: what is said of one that has ended changes nothing.</summary>
    private void Change(string id, long seq, Func<BreakRow, BreakRow> change)
    {
        if (open.Find(id) is { } known && breaks.Find(known.Seq) is { } row) breaks.Set(change(row) with { LastSeq = seq });
    }

    private static string? BreakOf(DomainEvent? e) => e switch
    {
        BreakFound b => b.BreakId,
        BreakResolved b => b.BreakId,
        BreakResolutionOrdered b => b.BreakId,
        BreakResolutionRefused b => b.BreakId,
        _ => null,
    };
}
