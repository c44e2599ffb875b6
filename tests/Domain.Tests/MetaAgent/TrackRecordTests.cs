using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Tests.MetaAgent;

public sealed class TrackRecordTests
{
    private const int Day = 86_400;

    private static VotingPolicy Weighted(decimal floor = 0.25m, decimal cap = 4m, decimal gain = 1m, int days = 20) =>
        Some.Policy(VotingMethod.PerformanceWeighted) with { Performance = new(days, floor, cap, gain) };

    /// <summary>Ada has bought 10 at 10 and sold them at 11: 10 % on what she closed.</summary>
    private static Scenario AfterAProfit(VotingPolicy policy) => Scenario.Given(Some.Desk(Some.Open(policy: policy), Some.Ada, Some.Bob)).When(
        Some.Quote(Some.Spy, 10m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1),
        Some.Quote(Some.Spy, 11m, 11m, 2), Some.Wants(Some.Ada, Side.Sell, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));

    private static decimal WeightOfAda(Scenario desk, int second) => desk.When(
        Some.Quote(Some.Spy, 11m, 11m, second), Some.Wants(Some.Ada, Side.Buy, 1m, second), Some.Wants(Some.Bob, Side.Sell, 1m, second),
        Some.Done(Some.Ada, second), Some.Done(Some.Bob, second)).Only<DecisionMade>().Votes[0].Weight;

    [Fact]
    public void What_an_agent_has_realised_is_its_weight()
    {
        var desk = AfterAProfit(Weighted());
        Assert.Equal(1.1m, WeightOfAda(desk, 3));
        Assert.Equal([1.1m, 1m], desk.Only<DecisionMade>().Votes.Select(v => v.Weight));
        Assert.Equal("performance-weighted", desk.Only<DecisionMade>().Method);
        Assert.Contains("0.1 / 2.1 = 0.047619", desk.Only<DecisionMade>().Arithmetic.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", "4", "1.5")]
    [InlineData("100", "4", "4")]
    [InlineData("0", "4", "1")]
    public void A_gain_makes_small_returns_weigh_and_a_cap_ends_it(string gain, string cap, string weight) =>
        Assert.Equal(decimal.Parse(weight), WeightOfAda(AfterAProfit(Weighted(cap: decimal.Parse(cap), gain: decimal.Parse(gain))), 3));

    [Fact]
    public void Losses_weigh_less_down_to_the_floor()
    {
        var record = new TrackRecord();
        record.Add(1, -50m, 100m);
        Assert.Equal(-0.5m, record.ReturnSince(1));
        var state = new PortfolioState("alpha") { TradingDays = 1 };
        state.TrackRecords[Some.Ada] = record;
        Intent[] intents = [Some.Intent(Some.Ada, Side.Buy, 10m, 1)];
        Assert.Equal(0.5m, Tally.Of(new Ballot(intents, Weighted(), Some.Instruments[0], state)).Votes[0].Weight);
        Assert.Equal(0.7m, Tally.Of(new Ballot(intents, Weighted(floor: 0.7m), Some.Instruments[0], state)).Votes[0].Weight);
    }

    [Fact]
    public void A_result_counts_for_as_many_trading_days_as_the_window_has()
    {
        Assert.Equal(1.1m, WeightOfAda(AfterAProfit(Weighted(days: 2)), Day));
        var desk = AfterAProfit(Weighted(days: 2));
        WeightOfAda(desk, Day);
        Assert.Equal(1m, WeightOfAda(desk, 2 * Day));
    }

    [Fact]
    public void Fees_are_part_of_the_result()
    {
        var desk = Scenario.Given(Some.Desk(Some.Open(policy: Weighted(), settings: new() { ["feeMinimum"] = "1" }), Some.Ada, Some.Bob)).When(
            Some.Quote(Some.Spy, 10m, 10m, 1), Some.Wants(Some.Ada, Side.Buy, 10m, 1), Some.Done(Some.Ada, 1), Some.Done(Some.Bob, 1),
            Some.Quote(Some.Spy, 11m, 11m, 2), Some.Wants(Some.Ada, Side.Sell, 10m, 2), Some.Done(Some.Ada, 2), Some.Done(Some.Bob, 2));
        Assert.Equal(1.08m, WeightOfAda(desk, 3));
    }

    [Fact]
    public void Another_version_begins_anew() =>
        Assert.False(AfterAProfit(Weighted()).State.TrackRecords.ContainsKey("ada@1.0.1"));

    [Theory]
    [InlineData(0, 0, 10, 100, 0)]
    [InlineData(10, 100, 20, 200, 0)]
    [InlineData(10, 100, 4, 40, 60)]
    [InlineData(10, 100, 0, 0, 100)]
    [InlineData(10, 100, -5, -60, 100)]
    [InlineData(-10, -100, -4, -40, 60)]
    public void Only_what_is_closed_is_the_base_of_a_return(int quantity, int cost, int after, int costAfter, int closed) =>
        Assert.Equal(closed, TrackRecord.Closed(quantity, cost, after, costAfter));

    [Fact]
    public void A_record_sums_its_days_and_forgets_the_oldest() => Draw.Property(100, random =>
    {
        var record = new TrackRecord();
        List<DayResult> all = [];
        var day = 0L;
        for (var i = 0; i < 600; i++)
        {
            if (random.Chance(0.6)) day += random.Next(1, 3);
            var (net, closed) = (random.Next(-50, 50), (decimal)random.Next(100));
            all.Add(new DayResult(day, net, closed));
            record.Add(day, net, closed);
            var first = day - random.Next(TrackRecord.MaxDays);
            var (sum, whole) = (all.Where(d => d.Day >= first).Sum(d => d.Net), all.Where(d => d.Day >= first).Sum(d => d.Closed));
            Assert.Equal(whole == 0m ? 0m : Math.Round(sum / whole, 6), record.ReturnSince(first));
            Assert.True(record.Days.Count <= TrackRecord.MaxDays);
        }
    });
}
