using System.Text.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Projections.Backtests;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Projections.Reconciling;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>Backtests, breaks and fills as they are shown.</summary>
public class RunsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backtests_show_what_the_last_run_came_to()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(1, "main").Runs("main"));
        await world.CatchUpAsync();
        var all = (await world.Models.SliceAsync<BacktestView>(new SliceRequest([], "firstSeq", false, null, null, 10), Stop)).Items;
        Assert.Equal([("b1", BacktestState.Completed, 2L), ("b2", BacktestState.Running, 1L), ("b3", BacktestState.Completed, 1L)], all.Select(b => (b.BacktestId, b.State, b.Runs)));
        var first = all[0];
        Assert.Equal((1L, 7L, "digest-b1", 1_000L, 250L, "data-b1", "configuration-b1", "1.2.3", 7L), (first.FirstSeq, first.LastSeq, first.DecisionDigest, first.Signals, first.Events, first.DataHash, first.ConfigurationHash, first.CodeVersion, first.Seed));
        Assert.Equal(1.25m, JsonSerializer.Deserialize<IReadOnlyDictionary<string, decimal>>(first.Statistics!, EventJson.Options)!["sharpe"]);
        Assert.True(first.CompletedAt > first.StartedAt);
        Assert.Equal((null, null, null), (all[1].Statistics, all[1].DecisionDigest, all[1].CompletedAt));
    }

    [Fact]
    public async Task Breaks_show_how_each_ended_and_who_had_asked_for_what()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(2, "main").Runs("main"));
        await world.CatchUpAsync();
        var all = (await world.Models.SliceAsync<BreakView>(new SliceRequest([], "seq", false, null, null, 10), Stop)).Items;
        Assert.Equal(
            [
                ("cash", "10", BreakState.Dismissed, null, null, "dismissed by carol: a fee"), ("spy", "20", BreakState.Resolved, "alice", null, "adopted by alice: they are right"),
                ("sap", "30", BreakState.Superseded, "bob", null, null), ("o1", "new", BreakState.Resolved, null, null, "the books agree again"),
                ("sap", "31", BreakState.Open, "bob", "look at it again", null), ("cash", "11", BreakState.Open, null, null, (string?)null),
            ],
            all.Select(b => (b.BreakId, b.Ours, b.State, b.RequestedBy, b.RefusedFor, b.Detail)));
        Assert.Equal([BreakKind.Cash, BreakKind.Position, BreakKind.Position, BreakKind.MissingOrder, BreakKind.Position, BreakKind.Cash], all.Select(b => b.Kind));
        Assert.Equal((BreakResolution.Adopt, "they are right"), (all[1].Requested!.Value, all[1].RequestReason));
        Assert.All(all, b => Assert.Equal(b.State == BreakState.Open, b.EndedAt is null));
        var open = await world.Models.SliceAsync<BreakView>(new SliceRequest([new FieldFilter("state", FilterOperator.Eq, BreakState.Open)], "seq", true, null, null, 10), Stop);
        Assert.Equal(["cash", "sap"], open.Items.Select(b => b.BreakId));
        var runs = (await world.Models.SliceAsync<ReconciliationView>(new SliceRequest([], "seq", false, null, null, 10), Stop)).Items;
        Assert.Equal([(3L, 4L, 5L, 4L), (3L, 4L, 5L, 3L)], runs.Select(r => (r.Orders, r.Executions, r.Positions, r.OpenBreaks)));
    }

    [Fact]
    public async Task Fills_say_what_the_executions_say()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(3, "main", "eur").Batches(150));
        await world.CatchUpAsync();
        var said = (await world.LogAsync()).Where(e => e.Type is "order_filled" or "order_partially_filled").Select(e => (
            e.SeqId, Execution: EventJson.Deserialize(e.Type, e.Data.Span) is OrderFilled f ? f.Execution : ((OrderPartiallyFilled)EventJson.Deserialize(e.Type, e.Data.Span)).Execution)).ToList();
        var fills = (await world.Models.SliceAsync<FillView>(new SliceRequest([], "seq", false, null, null, 500), Stop)).Items;
        Assert.InRange(fills.Count, 50, 499);
        Assert.Equal(
            said.Select(s => (s.SeqId, s.Execution.ExecutionId, s.Execution.OrderId, s.Execution.Side, s.Execution.Quantity, s.Execution.Price, s.Execution.Fee, s.Execution.Realised, s.Execution.PositionAfter, s.Execution.CumulativeQuantity, s.Execution.LeavesQuantity, s.Execution.AsOf)),
            fills.Select(f => (f.Seq, f.ExecutionId, f.OrderId, f.Side, f.Quantity, f.Price, f.Fee, f.Realised, f.PositionAfter, f.CumulativeQuantity, f.LeavesQuantity, f.AsOf)));
        foreach (var (f, s) in fills.Zip(said))
            Assert.Equal(s.Execution.Shares, JsonSerializer.Deserialize<IReadOnlyList<ExecutionShare>>(f.Shares, EventJson.Options)!);
    }
}
