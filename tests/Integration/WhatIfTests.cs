using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Strategies.MovingAverageCross;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Integration;

/// <summary>The tape of one session, asked what would have been with something changed.</summary>
public sealed class WhatIfTests
{
    [Fact]
    public async Task A_tighter_limit_blocks_what_was_traded_and_the_sums_agree()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        var each = new List<DecisionDifference>();
        var result = await AskAsync(database, WhatIfChanges.None with { Limits = WrittenTape.Limits with { DefaultPositionCap = 120m } }, each);

        Assert.Equal(result.Differing, each.Count);
        Assert.True(result.Differing > 10, $"{result.Differing} differences are too few to tell anything");
        Assert.Contains(each, d => d is { Recorded.Outcome: "approved", Other.Outcome: "blocked" } && d.Other.Rules.Contains("POSITION_CAP") && d.What.Contains("POSITION_CAP", StringComparison.Ordinal));
        // Whatever the book gained or lost, some agent did; and what cash moved otherwise, some decision did.
        Assert.Equal(result.EquityDifference, result.Agents.Sum(a => a.Difference), 6);
        Assert.Equal(result.Largest.Select(d => d.Impact).OrderDescending(), result.Largest.Select(d => d.Impact));
        Assert.Equal(each.Max(d => d.Impact), result.Largest[0].Impact);
        Assert.Equal(result.Days.Count, result.Days.Select(d => d.Day).Distinct().Count());
    }

    [Fact]
    public async Task Without_fees_the_equity_is_higher_by_the_fees_that_were_paid()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        var each = new List<DecisionDifference>();
        var free = new Dictionary<string, string> { ["feePerShare"] = "0", ["feeMinimum"] = "0" };
        var result = await AskAsync(database, WhatIfChanges.None with { Venue = free }, each);

        Assert.All(each, d => Assert.Equal("other fees", d.What));
        Assert.True(each.Count > 10, $"{each.Count} of {result.Decisions} decisions differ; equity {result.EquityDifference}");
        Assert.Equal(each.Sum(d => d.Recorded!.Fees), result.EquityDifference);
    }

    [Fact]
    public async Task Asked_from_the_middle_what_came_before_is_as_it_was()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        var middle = WrittenTape.Market().Read().ElementAt(3_500).Time;
        var unchanged = await AskAsync(database, WhatIfChanges.None with { From = new TapePoint(null, middle) }, []);
        Assert.Equal((0L, 0m), (unchanged.Differing, unchanged.EquityDifference));
        Assert.True(unchanged.Decisions > 0 && unchanged.From > 1);

        var each = new List<DecisionDifference>();
        var end = middle + TimeSpan.FromHours(3);
        var policy = VotingPolicy.Default with { Method = VotingMethod.Unanimity };
        var result = await AskAsync(database, WhatIfChanges.None with { Policy = policy, From = new TapePoint(null, middle), To = new TapePoint(null, end) }, each);
        Assert.NotEmpty(each);
        Assert.All(each, d => Assert.True(d.AsOf >= middle && d.AsOf <= end, d.DecisionId));
        Assert.InRange(result.Decisions, 1, unchanged.Decisions - 1);
        Assert.Equal(result.EquityDifference, result.Agents.Sum(a => a.Difference), 6);
    }

    [Fact]
    public async Task Another_strategy_in_a_seat_votes_under_its_name()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        var data = WrittenTape.Market();
        var slow = new MovingAverageCrossPlugin().Create([.. data.Instruments.Select(i => i.Id)], new Dictionary<string, string> { ["fast"] = "15", ["slow"] = "60" });
        var result = await AskAsync(database, WhatIfChanges.None with { Agents = [new AgentExchange("ma-cross@1.0.0", slow)] }, []);
        Assert.True(result.Differing > 10);
        Assert.Equal(["breakout@1.0.0", "ma-cross@1.0.0", "mean-reversion@1.0.0"], result.Agents.Select(a => a.Agent));
        Assert.NotEqual(0m, result.Agents[1].Difference);
        Assert.Equal(result.EquityDifference, result.Agents.Sum(a => a.Difference), 6);
    }

    [Fact]
    public async Task Where_a_real_broker_filled_the_paper_venue_fills_both_worlds_and_the_answer_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        var answered = new HashSet<string>();
        await new WrittenTape(database).WriteAsync(WrittenTape.Session(WrittenTape.Market(), "alpaca"), engine => Fills(engine, answered));
        var report = await ReplayCheckTests.CheckAsync(database);
        Assert.True(report is { Differing: 0, Stopped: null }, ReplayCheckTests.Say(report));
        Assert.True(answered.Count > 10, "the broker was hardly asked");

        var unchanged = await AskAsync(database, WhatIfChanges.None, []);
        Assert.Equal((0L, 0m), (unchanged.Differing, unchanged.EquityDifference));
        Assert.Contains(unchanged.Notes, n => n.Contains("'alpaca' is a real broker", StringComparison.Ordinal));
        var dearer = await AskAsync(database, WhatIfChanges.None with { Venue = new Dictionary<string, string> { ["feeBps"] = "5" } }, []);
        Assert.True(dearer.Differing > 10);
        Assert.True(dearer.EquityDifference < 0m);
    }

    [Fact]
    public async Task A_question_that_makes_no_sense_is_answered_with_the_rule()
    {
        await using var database = await ReplayCheckTests.WrittenAsync();
        Assert.Contains("slippageBps", (await Assert.ThrowsAsync<VenueSettingException>(() =>
            AskAsync(database, WhatIfChanges.None with { Venue = new Dictionary<string, string> { ["slippageBps"] = "-1" } }, []))).Message, StringComparison.Ordinal);
        Assert.Contains("threshold 2", (await Assert.ThrowsAsync<ArgumentException>(() =>
            AskAsync(database, WhatIfChanges.None with { Policy = VotingPolicy.Default with { Threshold = 2m } }, []))).Message, StringComparison.Ordinal);
        Assert.Contains("nothing between", (await Assert.ThrowsAsync<TapeException>(() =>
            AskAsync(database, WhatIfChanges.None with { From = new TapePoint(1_000_000_000, null) }, []))).Message, StringComparison.Ordinal);
    }

    private static Task<WhatIfResult> AskAsync(TestDatabase database, WhatIfChanges changes, List<DecisionDifference> each) =>
        WhatIfRun.RunAsync(new EventReader(database.Reader), WrittenTape.Portfolio, changes, each: each.Add);

    /// <summary>A broker that fills whole at the mark, a cent dearer.</summary>
    private static IEnumerable<Input> Fills(PortfolioEngine engine, HashSet<string> answered)
    {
        foreach (var book in engine.State.Books.Values)
            foreach (var order in book.Open)
                if (order.State == OrderState.PendingNew && answered.Add(order.Terms.OrderId))
                    yield return new ReportInput(new ExecutionReport(order.Terms.OrderId, ReportKind.Fill, $"x-{order.Terms.OrderId}", order.Leaves, book.Market.Mark + 0.01m, 0.5m, "", engine.State.Frontier));
    }
}
