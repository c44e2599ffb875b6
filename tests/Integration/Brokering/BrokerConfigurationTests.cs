using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>What is wrong with a broker's section is said when the file is read, not when the first order goes out.</summary>
public sealed class BrokerConfigurationTests
{
    [Theory]
    [InlineData("alpaca", "paper", "env:A,B", "", null)]
    [InlineData("alpaca", "paper.example", "env:A,B", "", "broker.host: ")]
    [InlineData("ibkr", "live", "file:/keys", "U1234567", null)]
    [InlineData("ibkr", "live", "file:/keys", "", "accountId ''")]
    [InlineData("ibkr", "live", "gateway", "U1234567", "keys are missing")]
    [InlineData("ibkr", "http://127.0.0.1:5000", "gateway", "U1234567", null)]
    [InlineData("ibkr", "http://10.0.0.1:5000", "gateway", "U1234567", "must be live or http://127.0.0.1:PORT")]
    [InlineData("paper", "paper", "env:A,B", "", "broker has no meaning with venue 'paper'")]
    [InlineData("robinhood", "paper", "env:A,B", "", "venue 'robinhood' must be paper or one of alpaca, ibkr")]
    public void A_section_is_sound_or_the_error_names_the_member(string venue, string host, string credentials, string account, string? wrong)
    {
        var portfolio = new Market().Portfolio("ada@1.0.0") with
        {
            Venue = venue,
            VenueSettings = new Dictionary<string, string>(),
            Broker = new BrokerOptions { Host = host, Credentials = credentials, Account = account },
        };
        var error = Record.Exception(() => portfolio.Check("est.json"));
        if (wrong is null) Assert.Null(error);
        else Assert.Contains(wrong, Assert.IsType<ConfigurationException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contract_id_that_two_instruments_have_is_found_before_anybody_connects()
    {
        var portfolio = new Market().Portfolio("ada@1.0.0") with
        {
            Venue = "ibkr",
            VenueSettings = new Dictionary<string, string>(),
            Broker = new BrokerOptions { Host = "live", Credentials = "file:/keys", Account = "U1", Conids = new Dictionary<string, long> { ["SPY.ARCX"] = 5, ["QQQ.XNAS"] = 5 } },
        };
        Assert.Contains("are both 5", Assert.Throws<ConfigurationException>(() => portfolio.Check("est.json")).Message, StringComparison.Ordinal);
    }
}
