using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;
using static EventSourcedTrading.Brokers.Tests.Paper.PaperDesk;

namespace EventSourcedTrading.Brokers.Tests.Paper;

public sealed class FeesAndSettingsTests
{
    private static PaperSettings PerShare => new(FeePerShare: 0.0035m, FeeMinimum: 0.35m, FeeMaximumShare: 0.01m);

    [Theory]
    [InlineData(1000, "10", "Fill 1000 @ 10 fee 3.5")]   // 1000 × 0.0035
    [InlineData(50, "10", "Fill 50 @ 10 fee 0.35")]      // 0.175, at least 0.35
    [InlineData(50, "0.20", "Fill 50 @ 0.2 fee 0.1")]    // 0.35, at most 1 % of 10
    public void A_fee_per_share_has_a_minimum_and_a_maximum(int quantity, string price, string fill) =>
        Given(Terms(Side.Buy, quantity), PerShare).Knowing(Trade(decimal.Parse(price), 0)).Submitted().Then("Acknowledged", fill);

    [Fact]
    public void The_minimum_is_paid_once_an_order_however_many_executions_it_takes() =>
        Given(Terms(Side.Buy, 200m), PerShare with { Participation = 0.5m }).Knowing(Quote(10m, 10m, 0, size: 80m)).Submitted().Then("Acknowledged", "PartialFill 40 @ 10 fee 0.35")
            .When(Quote(10m, 10m, 1, size: 80m)).Then("PartialFill 40 @ 10")
            .When(Quote(10m, 10m, 2, size: 240m)).Then("Fill 120 @ 10 fee 0.35");   // 200 × 0.0035 = 0.70, 0.35 is paid

    [Fact]
    public void Basis_points_are_of_the_notional_and_rounded_to_four_digits() =>
        Given(Terms(Side.Sell, 3m), new PaperSettings(FeeBps: 2.5m)).Knowing(Quote(10.01m, 10.02m, 0)).Submitted().Then("Acknowledged", "Fill 3 @ 10.01 fee 0.0075");

    [Fact]
    public void Settings_are_read_by_name_and_the_rest_keeps_its_default()
    {
        Assert.Equal(new PaperSettings(), PaperSettings.Read(new Dictionary<string, string>()));
        Assert.Equal(
            new PaperSettings(7, 20, 5, 1.5m, 0.1m, 0.0035m, 0.35m, 0.01m, 2m),
            PaperSettings.Read(new Dictionary<string, string>
            {
                ["seed"] = "7", ["latencyMs"] = "20", ["latencyJitterMs"] = "5", ["slippageBps"] = "1.5", ["participation"] = "0.1",
                ["feePerShare"] = "0.0035", ["feeMinimum"] = "0.35", ["feeMaximumShare"] = "0.01", ["feeBps"] = "2",
            }));
    }

    [Theory]
    [InlineData("participation", "1.1", "must be a number from 0 to 1,")]
    [InlineData("participation", "-0.1", "must be a number from 0 to 1,")]
    [InlineData("latencyMs", "60001", "must be a number from 0 to 60000,")]
    [InlineData("latencyMs", "1.5", "must be a whole number")]
    [InlineData("slippageBps", "many", "must be a number from 0 to 1000,")]
    [InlineData("feeBps", "", "must be a number from 0 to 1000,")]
    [InlineData("sead", "1", "is not a setting; known are seed,")]
    public void A_wrong_setting_is_named_with_its_value_and_rule(string name, string value, string rule)
    {
        var error = Assert.Throws<VenueSettingException>(() => PaperSettings.Read(new Dictionary<string, string> { [name] = value }));
        Assert.Contains($"venueSettings.{name} '{value}' of venue paper: {rule}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paper", true)]
    [InlineData("alpaca", false)]
    public void The_factory_makes_a_venue_for_paper_portfolios_alone(string venue, bool made) =>
        Assert.Equal(made, PaperVenue.Factory(new PortfolioState("alpha") { Venue = venue }) is { Name: "paper" });
}
