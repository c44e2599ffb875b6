using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

public sealed class GridTests
{
    [Theory]
    [InlineData("a.x=10,20,30", "10 20 30")]
    [InlineData("a.x=10..50:10", "10 20 30 40 50")]
    [InlineData("a.x=10..45:10", "10 20 30 40")]
    [InlineData("a.x=1..3", "1 2 3")]
    [InlineData("a.x=0.1..0.3:0.1", "0.1 0.2 0.3")]
    [InlineData("a.x=-2..2:2", "-2 0 2")]
    [InlineData("a.x=5", "5")]
    [InlineData("a.x=7..7:3", "7")]
    [InlineData("voting.method=majority, netting", "majority netting")]
    [InlineData("a.x=1,5..7:1,100", "1 5 6 7 100")]
    public void A_list_and_a_range_are_read(string text, string values)
    {
        var axis = GridAxis.Parse(text);
        Assert.Equal(values, string.Join(' ', axis.Values));
        Assert.Equal(text.Split('=')[0], axis.Name);
    }

    [Theory]
    [InlineData("a.x", "NAME=VALUE")]
    [InlineData("=1,2", "NAME=VALUE")]
    [InlineData("a.x=", "NAME=VALUE")]
    [InlineData("a x=1", "NAME=VALUE")]
    [InlineData("a.x=1,,2", "the value ''")]
    [InlineData("a.x=1 2", "the value '1 2'")]
    [InlineData("a.x=1,1.0", "1.0 twice")]
    [InlineData("a.x=1..3:1,2", "2 twice")]
    [InlineData("a.x=1..", "FROM..TO:STEP")]
    [InlineData("a.x=1..b", "FROM..TO:STEP")]
    [InlineData("a.x=1..5:1:1", "FROM..TO:STEP")]
    [InlineData("a.x=5..1", "goes upwards")]
    [InlineData("a.x=1..5:0", "above zero")]
    [InlineData("a.x=1..5:-1", "above zero")]
    [InlineData("a.x=1..1001", "more than 1000")]
    [InlineData("a.x=1..900000000000:0.0000000001", "more than 1000")]
    public void What_is_no_axis_is_refused_with_the_rule(string text, string says)
    {
        var message = Assert.Throws<RunException>(() => GridAxis.Parse(text)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Combinations_count_as_an_odometer_does()
    {
        var made = Grid.Combinations([new("a.x", ["1", "2"]), new("b.y", ["u", "v", "w"])]);
        Assert.Equal(["a.x=1 b.y=u", "a.x=1 b.y=v", "a.x=1 b.y=w", "a.x=2 b.y=u", "a.x=2 b.y=v", "a.x=2 b.y=w"], made.Select(c => c.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], made.Select(c => c.Number));
    }

    [Fact]
    public void A_grid_without_bound_is_refused_with_its_size()
    {
        var axis = GridAxis.Parse("a.x=1..1000").Values;
        var message = Assert.Throws<RunException>(() => Grid.Combinations([new("a.x", axis), new("a.y", axis), new("a.z", axis)])).Message;
        Assert.Contains("1,000,000,000 combinations (1000 of a.x × 1000 of a.y × 1000 of a.z); at most 10,000", message, StringComparison.Ordinal);
        Assert.Contains("a.x is given twice", Assert.Throws<RunException>(() => Grid.Combinations([new("a.x", axis), new("a.x", axis)])).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 12 times", Assert.Throws<RunException>(() => Grid.Combinations([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_without_bound_are_refused_with_their_number()
    {
        var plan = SweepPlan.Of([new("a.x", GridAxis.Parse("a.x=1..100").Values)], _ => null);
        Assert.Equal(100, plan.Checked().Runs);
        var rule = new WalkForwardRule(10, 1, 1, Anchored: false);
        plan = plan with { WalkForward = rule, Windows = rule.Windows(Domain.Time.Timestamp.Parse("2020-01-01T00:00:00Z"), Domain.Time.Timestamp.Parse("2020-04-19T12:00:00Z")) };
        Assert.Contains("10,100 runs (100 combinations in each of 100 windows", Assert.Throws<RunException>(plan.Checked).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_run_is_left_out_and_a_value_that_never_can_is_refused()
    {
        IReadOnlyList<GridAxis> axes = [GridAxis.Parse("a.fast=1,2,3"), GridAxis.Parse("a.slow=2,3")];
        var plan = SweepPlan.Of([axes[0] with { Values = ["1", "2"] }, axes[1]], Refuses);
        Assert.Equal(["a.fast=1 a.slow=2", "a.fast=1 a.slow=3", "a.fast=2 a.slow=3"], plan.Combinations.Select(c => c.Name));
        Assert.Equal([1, 2, 4], plan.Combinations.Select(c => c.Number));
        Assert.Equal([new LeftOut("a.fast=2 a.slow=2", "fast must be below slow")], plan.LeftOut);
        Assert.Equal("--grid a.fast=3 cannot be run in any combination: fast must be below slow.", Assert.Throws<RunException>(() => SweepPlan.Of(axes, Refuses)).Message);

        static string? Refuses(Combination c) => int.Parse(c.Values[0]) < int.Parse(c.Values[1]) ? null : "fast must be below slow";
    }
}
