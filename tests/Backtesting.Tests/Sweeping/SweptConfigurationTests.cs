using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Backtesting.Tests.Sweeping;

/// <summary>From the names of a grid to the settings of a portfolio.</summary>
public sealed class SweptConfigurationTests
{
    [Fact]
    public void Values_come_to_their_places_and_nothing_else_changes()
    {
        var portfolio = Sweeps.Portfolio(new("ma-cross", Parameters: new Dictionary<string, string> { ["slow"] = "30" }), new("breakout"));
        var swept = Sweeps.Swept(portfolio, "ma-cross.fast=4", "voting.method=supermajority", "voting.share=0.75", "limits.maxDailyLoss=2500.5", "limits.preventSelfTrade=true", "limits.maxOpenOrders=3", "venue.slippageBps=2");
        var made = swept.Of(Assert.Single(swept.Plan().Combinations), null).Portfolio;
        Assert.Equal(new Dictionary<string, string> { ["fast"] = "4", ["slow"] = "30" }, made.Strategies[0].Parameters!.ToDictionary());
        Assert.Null(made.Strategies[1].Parameters);
        Assert.Equal((VotingMethod.Supermajority, 0.75m, 0.2m), (made.Policy.Method, made.Policy.Share, made.Policy.Threshold));
        Assert.Equal((2500.5m, true, 3), (made.Limits.MaxDailyLoss, made.Limits.PreventSelfTrade, made.Limits.MaxOpenOrders));
        Assert.Equal(new Dictionary<string, string> { ["latencyMs"] = "250", ["participation"] = "0.1", ["slippageBps"] = "2" }, made.VenueSettings.ToDictionary());
        Assert.Equal((portfolio.Cash, portfolio.Instruments, portfolio.Id), (made.Cash, made.Instruments, made.Id));
    }

    [Theory]
    [InlineData("breakout.channel=5", "portfolio main has no agent 'breakout'; there are ma-cross, and voting, limits, venue")]
    [InlineData("ma-cross.fats=5", "ma-cross has no parameter 'fats'; there are band, fast, quantity, slow")]
    [InlineData("fast=5", "must be AGENT.parameter")]
    [InlineData("voting.metod=majority", "voting has no setting 'metod' of one value; there are deadBand, maxAgeSeconds, maxMissed, method, share, threshold")]
    [InlineData("voting.weights=1", "voting has no setting 'weights'")]
    [InlineData("limits.maxLoss=1", "limits has no setting 'maxLoss'")]
    public void A_name_that_is_not_there_is_refused_with_those_that_are(string grid, string says)
    {
        var message = Assert.Throws<ConfigurationException>(() => Sweeps.Swept(Sweeps.Portfolio(), "ma-cross.slow=10,20", grid).Plan()).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(grid.Split('=')[0], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ma-cross.fast=5,0", "ma-cross.fast=0", "must be a whole number from 1 to 1000")]
    [InlineData("voting.method=majority,lottery", "voting.method=lottery", "expected one of majority")]
    [InlineData("voting.threshold=0.5,2", "voting.threshold=2", "threshold 2 must be between 0 and 1")]
    [InlineData("limits.maxOpenOrders=1,x", "limits.maxOpenOrders=x", "must be a whole number")]
    [InlineData("limits.preventSelfTrade=true,maybe", "limits.preventSelfTrade=maybe", "must be true or false")]
    [InlineData("venue.feeBps=1,much", "venue.feeBps=much", "must be a number")]
    public void A_value_that_can_never_be_run_is_refused_with_the_rule(string grid, string value, string says)
    {
        var message = Assert.Throws<RunException>(() => Sweeps.Swept(Sweeps.Portfolio(), "ma-cross.slow=10,20", grid).Plan()).Message;
        Assert.Contains($"--grid {value} cannot be run in any combination", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_of_which_nothing_can_be_run_is_refused_with_the_rule()
    {
        var message = Assert.Throws<RunException>(() => Sweeps.Swept(Sweeps.Portfolio(), "ma-cross.slow=10,20", "venue.slipageBps=1").Plan()).Message;
        Assert.StartsWith("No combination of the grid can be run. ma-cross.slow=10 venue.slipageBps=1: ", message, StringComparison.Ordinal);
        Assert.Contains("is not a setting; known are seed, latencyMs", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_combination_that_its_strategy_refuses_is_left_out()
    {
        var plan = Sweeps.Swept(Sweeps.Portfolio(), Sweeps.Fast, Sweeps.Slow).Plan();
        Assert.Equal(["ma-cross.fast=3 ma-cross.slow=5", "ma-cross.fast=3 ma-cross.slow=20", "ma-cross.fast=5 ma-cross.slow=20"], plan.Combinations.Select(c => c.Name));
        Assert.Contains("must be below slow 5", Assert.Single(plan.LeftOut).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_is_traded_to_the_last_microsecond_before_its_end_behind_a_day_of_watching()
    {
        var (begin, end) = (Timestamp.Parse("2024-01-03T00:00:00Z"), Timestamp.Parse("2024-01-05T00:00:00Z"));
        var swept = Sweeps.Swept(Sweeps.Portfolio(), "ma-cross.fast=3");
        var made = swept.Of(swept.Plan().Combinations[0], new Period(begin, end));
        Assert.Equal((Timestamp.Parse("2024-01-02T00:00:00Z"), begin, Timestamp.Parse("2024-01-04T23:59:59.999999Z")), (made.From, made.TradeFrom, made.Until));
    }
}
