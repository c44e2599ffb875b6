using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.BrokerFakes.Validation;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes;

/// <summary>Starts fake brokers.</summary>
public static class FakeBroker
{
    public static Task<FakeServer> AlpacaAsync(FakeSettings? settings = null, AlpacaSettings? alpaca = null)
    {
        settings ??= new FakeSettings();
        return StartAsync(settings, "alpaca", "alpaca-trading-openapi.yaml", (kind, number) => Ids.Uuid(settings.Seed, kind, number).ToString(),
            (venue, _, time) => new AlpacaApi(settings, alpaca ?? new AlpacaSettings(), venue, time));
    }

    public static Task<FakeServer> IbkrAsync(FakeSettings? settings = null, IbkrSettings? ibkr = null)
    {
        settings ??= new FakeSettings();
        return StartAsync(settings, "ibkr", "ibkr-webapi-openapi.json", (kind, number) => kind == "order" ? $"{1_370_093_000 + number}" : $"0000e0d5.{settings.Seed & 0xFFFFFFFF:x8}.{number:00}.01",
            (venue, faults, time) => new IbkrApi(settings, ibkr ?? new IbkrSettings(), venue, faults, time));
    }

    private static async Task<FakeServer> StartAsync(FakeSettings settings, string name, string file, Func<string, long, string> id, Func<Venue, FaultPlan, TimeProvider, IBrokerApi> api)
    {
        var time = new SkewedTime(settings.Time);
        var faults = new FaultPlan(settings.Seed).Add(settings.FaultRules);
        var venue = new Venue(time, faults, id, settings.Cash, settings.FeePerShare);
        var traffic = new Traffic(await Specification.FindAsync(name, file, settings.Specifications));
        return await FakeServer.StartAsync(api(venue, faults, time), venue, faults, new Feed(faults), traffic, time, settings.Port);
    }
}
