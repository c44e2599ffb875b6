using System.Text.Json;
using EventSourcedTrading.Domain.Backtests;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Backtests;

/// <summary>A run that died stays running until it is started anew.</summary>
public enum BacktestState { Running, Completed }

/// <param name="Runs">How often it was started; what it came to is of the last run.</param>
internal sealed record BacktestRow(
    string BacktestId, string Portfolio, BacktestState State, string Source, string DataHash, string ConfigurationHash, string CodeVersion, long Seed,
    [property: Jsonb] string Strategies, Timestamp? TradeFrom, string? DecisionDigest, long? Signals, long? Events, [property: Jsonb] string? Statistics,
    Timestamp? AsOf, long Runs, Timestamp StartedAt, Timestamp? CompletedAt, long FirstSeq, long LastSeq);

/// <summary>Every backtest that was put on record, and what it came to.</summary>
internal sealed class BacktestList : Projection
{
    private readonly Rows<string, BacktestRow> rows = new("backtest_rows", 1, r => r.BacktestId, wanted: 1_000);

    public BacktestList() => Tables = [rows];

    public override string Name => "backtests";
    public override IReadOnlyList<Rows> Tables { get; }
    public override IReadOnlyList<string> EventTypes { get; } = [Alias<BacktestStarted>(), Alias<BacktestCompleted>()];

    public override void Prepare(Fact fact) => rows.Want(IdOf(fact));

    public override void Apply(Fact fact)
    {
        var (seq, at, known) = (fact.Recorded.SeqId, Timestamp.From(fact.Recorded.Timestamp), rows.Find(IdOf(fact)));
        rows.Set(fact.Event switch
        {
            BacktestStarted e => new BacktestRow(
                e.BacktestId, e.Portfolio, BacktestState.Running, e.Source, e.DataHash, e.ConfigurationHash, e.CodeVersion, e.Seed,
                JsonSerializer.Serialize(e.Strategies, EventJson.Options), e.TradeFrom, null, null, null, null, null, (known?.Runs ?? 0) + 1, at, null,
                known?.FirstSeq ?? seq, seq),
            BacktestCompleted e => (known ?? throw new InvalidOperationException($"backtest '{e.BacktestId}' was never started in this log.")) with
            {
                State = BacktestState.Completed,
                DecisionDigest = e.DecisionDigest,
                Signals = e.Signals,
                Events = e.Events,
                Statistics = JsonSerializer.Serialize(e.Statistics, EventJson.Options),
                AsOf = e.AsOf,
                CompletedAt = at,
                LastSeq = seq,
            },
            _ => throw new InvalidOperationException($"'{fact.Recorded.Type}' belongs to no backtest."),
        });
    }

    private static string IdOf(Fact fact) => fact.Event switch
    {
        BacktestStarted e => e.BacktestId,
        BacktestCompleted e => e.BacktestId,
        _ => throw new InvalidOperationException($"'{fact.Recorded.Type}' belongs to no backtest."),
    };
}
