using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.Alpaca;

/// <summary><c>/v2/account</c> and <c>/v2/clock</c>.</summary>
public sealed class AlpacaAccount(FakeSettings settings, AlpacaSettings alpaca, Venue venue, TimeProvider time)
{
    private readonly DateTimeOffset created = time.GetUtcNow();

    public IReadOnlyList<Operation> Operations =>
    [
        new("GET", "/v2/account", "account", _ => Account()),
        new("GET", "/v2/clock", "clock", _ => Clock()),
    ];

    private JsonObject Account()
    {
        var (equity, margin, power) = (AlpacaFormat.Money(BuyingPower.Equity(venue)), AlpacaFormat.Money(BuyingPower.InitialMargin(venue)), AlpacaFormat.Money(BuyingPower.Of(venue, alpaca.Multiplier)));
        return new JsonObject
        {
            ["id"] = Ids.Uuid(settings.Seed, "account", 1).ToString(), ["account_number"] = "PA1234567890", ["status"] = "ACTIVE", ["currency"] = "USD",
            ["cash"] = AlpacaFormat.Money(venue.Account.Cash), ["portfolio_value"] = equity, ["pattern_day_trader"] = false, ["trade_suspended_by_user"] = false,
            ["trading_blocked"] = false, ["transfers_blocked"] = false, ["account_blocked"] = false, ["created_at"] = AlpacaFormat.Time(created), ["shorting_enabled"] = true,
            ["long_market_value"] = AlpacaFormat.Money(BuyingPower.LongValue(venue)), ["short_market_value"] = AlpacaFormat.Money(BuyingPower.ShortValue(venue)),
            ["equity"] = equity, ["last_equity"] = AlpacaFormat.Money(venue.Account.InitialCash), ["multiplier"] = AlpacaFormat.Number(alpaca.Multiplier), ["buying_power"] = power,
            ["initial_margin"] = margin, ["maintenance_margin"] = margin, ["sma"] = "0", ["daytrade_count"] = 0, ["last_maintenance_margin"] = "0",
            ["daytrading_buying_power"] = "0", ["regt_buying_power"] = power,
        };
    }

    private JsonObject Clock()
    {
        var now = time.GetUtcNow();
        return new JsonObject
        {
            ["timestamp"] = AlpacaFormat.Time(now), ["is_open"] = venue.IsOpen,
            ["next_open"] = AlpacaFormat.Time(MarketHours.NextOpen(now)), ["next_close"] = AlpacaFormat.Time(MarketHours.NextClose(now)),
        };
    }
}
