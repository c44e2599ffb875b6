using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Strategies;

public enum StrategyState { Registered, Loaded, Paused, Quarantined, Unloaded, Suspended }

/// <param name="Reason">Why it is in this state; null where none was asked for.</param>
/// <param name="Actor">Who brought it there; null where it was the platform.</param>
internal sealed record StrategyRow(
    string Portfolio, string Agent, StrategyState State, string Summary, [property: Jsonb] string Instruments,
    [property: Jsonb] string Parameters, string? Reason, string? Actor, Timestamp RegisteredAt, Timestamp ChangedAt, long Seq);

/// <summary>The strategies of each portfolio and whether rounds wait for them.</summary>
internal sealed class StrategyList : Projection
{
    private readonly Rows<(string, string), StrategyRow> rows = new("strategy_rows", 2, r => (r.Portfolio, r.Agent));

    public StrategyList() => Tables = [rows];

    public override string Name => "strategies";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
    [
        Alias<StrategyRegistered>(), Alias<StrategyLoaded>(), Alias<StrategyPaused>(), Alias<StrategyResumed>(),
        Alias<StrategyQuarantined>(), Alias<StrategyUnloaded>(), Alias<StrategySuspended>(),
    ];

    public override void Apply(Fact fact)
    {
        var recorded = fact.Recorded;
        switch (fact.Event)
        {
            case StrategyRegistered e:
                var at = Timestamp.From(recorded.Timestamp);
                rows.Set(new StrategyRow(
                    e.Portfolio, e.Agent, StrategyState.Registered, e.Summary, JsonSerializer.Serialize(e.Instruments, EventJson.Options),
                    JsonSerializer.Serialize(e.Parameters, EventJson.Options), null, e.Actor, at, at, recorded.SeqId));
                break;
            case StrategyLoaded e:
                Change(e.Portfolio, e.Agent, StrategyState.Loaded, e.Actor, null, recorded);
                break;
            case StrategyPaused e:
                Change(e.Portfolio, e.Agent, StrategyState.Paused, e.Actor, e.Reason, recorded);
                break;
            case StrategyResumed e:
                Change(e.Portfolio, e.Agent, StrategyState.Loaded, e.Actor, e.Reason, recorded);
                break;
            case StrategyQuarantined e:
                Change(e.Portfolio, e.Agent, StrategyState.Quarantined, null, e.Reason, recorded);
                break;
            case StrategySuspended e:
                Change(e.Portfolio, e.Agent, StrategyState.Suspended, null, $"missed {e.Missed} market times in a row, up to {e.AsOf}", recorded);
                break;
            case StrategyUnloaded e:
                Change(e.Portfolio, e.Agent, StrategyState.Unloaded, e.Actor, e.Reason, recorded);
                break;
        }
    }

    private void Change(string portfolio, string agent, StrategyState state, string? actor, string? reason, RecordedEvent recorded)
    {
        var at = Timestamp.From(recorded.Timestamp);
        var row = rows.Find((portfolio, agent)) ?? new StrategyRow(portfolio, agent, state, "", "[]", "{}", null, null, at, at, 0);
        rows.Set(row with { State = state, Actor = actor, Reason = reason, ChangedAt = at, Seq = recorded.SeqId });
    }
}
