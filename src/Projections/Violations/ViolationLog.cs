using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Violations;

internal sealed record ViolationRow(
    long Seq, string Portfolio, string Rule, ViolationKind Kind, decimal Value, decimal Limit, string Unit,
    string? Instrument, string? OrderId, string? DecisionId, string Detail, Timestamp AsOf, Timestamp RecordedAt);

/// <param name="Target">The agent or instrument; <c>*</c> for the whole portfolio.</param>
internal sealed record KillSwitchRow(
    string Portfolio, KillSwitchScope Scope, string Target, KillSwitchMode Mode, bool Engaged, string Actor, string Reason,
    Timestamp ChangedAt, long Seq);

/// <summary>Limits that were hit or nearly so, and which kill switches stand.</summary>
internal sealed class ViolationLog : Projection
{
    private readonly Rows<long, ViolationRow> rows = new("violation_rows", 1, r => r.Seq, wanted: 1_000);
    private readonly Rows<(string, KillSwitchScope, string), KillSwitchRow> switches =
        new("kill_switch_rows", 3, r => (r.Portfolio, r.Scope, r.Target));

    public ViolationLog() => Tables = [rows, switches];

    public override string Name => "violations";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
        [Alias<RiskViolationDetected>(), Alias<KillSwitchEngaged>(), Alias<KillSwitchReleased>()];

    public override void Apply(Fact fact)
    {
        var (seq, at) = (fact.Recorded.SeqId, Timestamp.From(fact.Recorded.Timestamp));
        switch (fact.Event)
        {
            case RiskViolationDetected e:
                rows.Set(new ViolationRow(
                    seq, e.Portfolio, e.Rule, e.Kind, e.Value, e.Limit, e.Unit, e.Instrument, e.OrderId, e.DecisionId, e.Detail, e.AsOf, at));
                break;
            case KillSwitchEngaged e:
                switches.Set(new KillSwitchRow(e.Portfolio, e.Scope, e.Target ?? "*", e.Mode, true, e.Actor, e.Reason, at, seq));
                break;
            case KillSwitchReleased e:
                var mode = switches.Find((e.Portfolio, e.Scope, e.Target ?? "*"))?.Mode ?? KillSwitchMode.Halt;
                switches.Set(new KillSwitchRow(e.Portfolio, e.Scope, e.Target ?? "*", mode, false, e.Actor, e.Reason, at, seq));
                break;
        }
    }
}
