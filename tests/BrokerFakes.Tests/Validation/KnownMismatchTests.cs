using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Tests.Alpaca;
using EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Validation;

namespace EventSourcedTrading.BrokerFakes.Tests.Validation;

/// <summary>A reason for a mismatch that does not occur any more would hide the next one.</summary>
public sealed class AlpacaKnownMismatchTests : AlpacaFixture
{
    [Fact]
    public async Task Each_one_still_occurs()
    {
        await PlaceAsync("qty=2");
        await Http.CallAsync("GET", "/v2/assets/SPY");
        await Http.CallAsync("GET", "/v2/orders/none");
        await Http.CallAsync("GET", "/v2/orders:by_client_order_id?client_order_id=none");
        var bracket = Json.Of("symbol=AAPL qty=1 side=buy type=limit limit_price=150 time_in_force=day order_class=bracket");
        bracket["take_profit"] = Json.Of("limit_price=210");
        bracket["stop_loss"] = Json.Of("stop_price=140");
        await Http.CallAsync("POST", "/v2/orders", bracket);
        await Http.CallAsync("DELETE", "/v2/positions");
        await KnownMismatchCheck.AllMetAsync(Broker, "alpaca", "alpaca-trading-openapi.yaml");
    }
}

/// <inheritdoc cref="AlpacaKnownMismatchTests"/>
public sealed class IbkrKnownMismatchTests : IbkrFixture
{
    [Fact]
    public async Task Each_one_still_occurs()
    {
        AsksBadly = true;
        await Http.CallAsync("POST", "iserver/account/U1/orders", new JsonArray(Ticket()));
        await Http.CallAsync("GET", "portfolio/accounts");
        await Http.CallAsync("GET", $"portfolio/{Account}/summary");
        await KnownMismatchCheck.AllMetAsync(Broker, "ibkr", "ibkr-webapi-openapi.json");
    }
}

internal static class KnownMismatchCheck
{
    public static async Task AllMetAsync(FakeServer broker, string name, string file)
    {
        if (await Specification.FindAsync(name, file, null) is not { } specification)
        {
            Assert.Skip($"{file} is not at hand; EST_SPECS names its folder");
            return;
        }

        var met = broker.Traffic.Exchanges.SelectMany(specification.All).ToList();
        Assert.All(KnownMismatches.All.Where(known => known.Broker == name), known => Assert.True(met.Any(line => KnownMismatches.Fits(known, line)), $"{known.Pattern} is not among:\n{string.Join('\n', met)}"));
    }
}
