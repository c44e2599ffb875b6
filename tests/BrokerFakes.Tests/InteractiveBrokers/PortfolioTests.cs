using EventSourcedTrading.BrokerFakes.InteractiveBrokers;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

public sealed class PortfolioTests() : IbkrFixture(new FakeSettings { FeePerShare = 0.005m }, new IbkrSettings(CachePositions: true, PageSize: 2))
{
    [Fact]
    public async Task Positions_come_in_pages_and_stay_as_they_were_until_invalidated()
    {
        await Http.CallAsync("GET", "portfolio/accounts");
        foreach (var conid in new[] { 265598, 272093, 756733 }) await PlaceAsync($"conid={conid}");
        foreach (var symbol in new[] { "AAPL", "MSFT" }) Broker.Venue.SetPrice(symbol, 100m);
        Assert.Equal(["AAPL", "MSFT"], await PageAsync(0));
        Assert.Equal(["SPY"], await PageAsync(1));
        Assert.Empty(await PageAsync(2));
        await PlaceAsync("side=SELL");
        Assert.Equal(["SPY"], await PageAsync(1));
        await Http.CallAsync("POST", $"portfolio/{Account}/positions/invalidate");
        Assert.Empty(await PageAsync(1));
        Assert.Equal(400, (await Http.CallAsync("GET", $"portfolio/{Account}/positions/x")).Code);
        Assert.Equal(4 * 0.005m, Broker.Venue.Account.Fees);
    }

    private async Task<IReadOnlyList<string>> PageAsync(int page) => (await Http.CallAsync("GET", $"portfolio/{Account}/positions/{page}")).Body.All("ticker");
}

public sealed class InexactTests() : IbkrFixture(null, new IbkrSettings(Inexact: 0.3))
{
    [Fact]
    public async Task Fields_are_missing_new_and_of_another_type_but_what_matters_is_there()
    {
        var kinds = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var id = await PlaceAsync($"cOID=c{i} quantity={i + 1}");
            var status = (await Http.CallAsync("GET", $"iserver/account/order/status/{id}")).Body!.AsObject();
            Assert.Equal(("Filled", $"{i + 1}"), ($"{status["order_status"]}", $"{decimal.Parse($"{status["cum_fill"]}"):0.##}"));
            kinds.Add($"cum_fill {status["cum_fill"]!.GetValueKind()}");
            kinds.Add($"company_name {status.ContainsKey("company_name")}");
            kinds.Add($"undocumented {status.ContainsKey("undocumented")}");
        }

        Assert.Equal(6, kinds.Count);
    }
}
