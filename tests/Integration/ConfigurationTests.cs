using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration;

public sealed class ConfigurationTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void What_a_file_leaves_out_has_its_default()
    {
        var portfolio = Assert.Single(Load("""{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ] } ] }""").Portfolios);
        Assert.Equal(("USD", "paper", 30.0), (portfolio.BaseCurrency, portfolio.Venue, portfolio.RoundDeadlineSeconds));
        Assert.Empty(portfolio.OutsideAgents);
        Assert.Empty(portfolio.Strategies);
        Assert.Empty(portfolio.Cash);
        Assert.Same(RiskLimits.None, portfolio.Limits);
        Assert.Equal(0.01m, portfolio.Instruments[0].TickSize);
    }

    [Theory]
    [InlineData("""{ "portfolios": [ { "id": "main" } ] }""", "instruments")]
    [InlineData("""{ "portfolios": [ { "id": "main", "instruments": null } ] }""", "instruments")]
    [InlineData("""{ "portfolios": [ { "id": "main", "instruments": [] } ] }""", "instruments")]
    [InlineData("""{ "portfolios": [ { "id": "MAIN", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ] } ] }""", "MAIN")]
    [InlineData("""{ "portfolios": [ { "id": "firm", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ] } ] }""", "stands for all portfolios")]
    [InlineData("""{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY", "currency": "USD" } ] } ] }""", "SPY")]
    [InlineData("""{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ], "limits": {} } ] }""", "positionCaps")]
    [InlineData("""{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ], "roundDeadlineSeconds": 0 } ] }""", "roundDeadlineSeconds")]
    [InlineData("""{ "portfolioz": [] }""", "portfolioz")]
    [InlineData("nothing", "nothing")]
    public void What_is_wrong_in_it_is_named(string text, string named)
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Load(text));
        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(file, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_limit_of_the_risk_rules_can_be_set_in_it()
    {
        var limits = Load($$"""{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ], "limits": {{RiskRulesPage.Example}} } ] }""").Portfolios[0].Limits;
        Assert.All(typeof(RiskLimits).GetProperties().Where(p => p.CanWrite), p => Assert.NotNull(p.GetValue(limits)));
        Assert.Equal((20_000m, new TimeOnly(9, 35), new DateOnly(2026, 12, 25)), (limits.MaxDailyLoss, limits.DefaultSession!.Opens, limits.Calendar!.Holidays![1]));
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], limits.Calendar.RestDays!);
    }

    [Fact]
    public void A_limit_that_makes_no_sense_is_named() =>
        Assert.Contains("priceCollar 5", Assert.Throws<ConfigurationException>(() => Load(
            """{ "portfolios": [ { "id": "main", "instruments": [ { "id": "SPY.ARCX", "currency": "USD" } ], "limits": { "positionCaps": {}, "bucketLimits": {}, "priceCollar": "5" } } ] }""")).Message, StringComparison.Ordinal);

    public void Dispose() => File.Delete(file);

    private PlatformOptions Load(string text)
    {
        File.WriteAllText(file, text);
        return PlatformOptions.Load(file);
    }
}
