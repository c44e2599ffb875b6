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

    public void Dispose() => File.Delete(file);

    private PlatformOptions Load(string text)
    {
        File.WriteAllText(file, text);
        return PlatformOptions.Load(file);
    }
}
