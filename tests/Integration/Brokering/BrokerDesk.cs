using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Workers.Configuration;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>A portfolio at a fake broker: engine, broker role, one agent from outside.</summary>
public sealed class BrokerDesk : IAsyncDisposable
{
    private BrokerDesk(FakeServer fake, World world, OutsideAgent ada) => (Fake, World, Ada) = (fake, world, ada);

    public FakeServer Fake { get; }
    public World World { get; }
    public OutsideAgent Ada { get; }
    public Market Market { get; } = new();
    public Running Engine { get; private set; } = null!;
    public Running Broker { get; set; } = null!;

    /// <summary>At Alpaca, by the wall's clock unless another is given, with a process for the engine and one for the broker role.</summary>
    public static async Task<BrokerDesk> OpenAsync(string faults = "", Action<BrokerOptions>? change = null, bool start = true, TimeProvider? time = null)
    {
        var desk = await OpenAsync(BrokerSetup.Alpaca, new FakeSettings { FaultRules = faults, Time = time ?? TimeProvider.System }, change);
        desk.Engine = await desk.World.StartAsync("engine");
        await desk.Engine.UntilAsync("engine main", "running");
        if (start) await desk.StartBrokerAsync();
        return desk;
    }

    /// <summary>At any broker, by the clock that it goes by, both roles in one process.</summary>
    public static async Task<BrokerDesk> OpenAsync(BrokerSetup setup, FakeSettings settings)
    {
        var desk = await OpenAsync(setup, settings, null);
        desk.Engine = desk.Broker = await desk.World.StartAsync("engine", "brokers");
        await desk.UntilOpenAsync();
        return desk;
    }

    private static async Task<BrokerDesk> OpenAsync(BrokerSetup setup, FakeSettings settings, Action<BrokerOptions>? change)
    {
        var fake = await setup.StartAsync(settings with { CallsPerMinute = 1_000_000 });
        fake.Venue.SetPrice("SPY", 100m);
        // What the fake expects, from where a user would have it.
        Environment.SetEnvironmentVariable("EST_TEST_APCA_KEY", BrokerSetup.KeyId);
        Environment.SetEnvironmentVariable("EST_TEST_APCA_SECRET", BrokerSetup.SecretKey);
        var options = setup.At($"http://127.0.0.1:{fake.Address.Port}");
        change?.Invoke(options);
        var portfolio = new Market().Portfolio("ada@1.0.0") with { Venue = setup.Venue, VenueSettings = new Dictionary<string, string>(), Broker = options };
        portfolio.Check("test");
        var world = await World.CreateAsync(portfolio, settings.Time);
        return new BrokerDesk(fake, world, new OutsideAgent(world, "ada@1.0.0"));
    }

    /// <summary>Returns when orders may go out.</summary>
    public async Task StartBrokerAsync()
    {
        Broker = await World.StartAsync("brokers");
        await UntilOpenAsync();
    }

    private async Task UntilOpenAsync()
    {
        await Broker.UntilAsync("broker main", "running");
        await Eventually.TrueAsync(async () => await LastAsync<VenueOpened>() is not null, "the venue is open");
    }

    public Task<Told> BuyAsync(string quantity = "10", string side = "buy", decimal? limit = null, string timeInForce = "gtc") => Ada.TradeAsync(Market, intent =>
    {
        (intent["quantity"], intent["side"]) = (quantity, side);
        if (limit is not { } price) return;
        (intent["orderType"], intent["limitPrice"], intent["timeInForce"]) = ("limit", DecimalText.Format(price), timeInForce);
    });

    public async Task<List<T>> LogAsync<T>() where T : DomainEvent =>
        [.. (await World.LogAsync(EventJson.AliasOf<T>())).Select(e => (T)EventJson.Deserialize(e.Type, e.Data.Span))];

    public async Task<T?> LastAsync<T>() where T : DomainEvent => (await LogAsync<T>()).LastOrDefault();

    public async Task<T> UntilAsync<T>(Func<T, bool>? which = null) where T : DomainEvent
    {
        T? found = null;
        await Eventually.TrueAsync(async () => (found = (await LogAsync<T>()).LastOrDefault(which ?? (_ => true))) is not null, $"there is a {typeof(T).Name}", 60);
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await Ada.DisposeAsync();
        await World.DisposeAsync();
        await Fake.DisposeAsync();
    }
}
