using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.BrokerFakes.Tests.Alpaca;

/// <summary>A fake Alpaca and a client of it. At the end everything that was said must agree with the OpenAPI file.</summary>
public abstract class AlpacaFixture(FakeSettings? settings = null, AlpacaSettings? alpaca = null) : IAsyncLifetime
{
    protected ManualTime Time { get; } = new();

    protected FakeServer Broker { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    /// <summary>This test asks what no good client asks: only answers must agree.</summary>
    protected bool AsksBadly { get; set; }

    public async ValueTask InitializeAsync()
    {
        Broker = await FakeBroker.AlpacaAsync((settings ?? new FakeSettings { Cash = 100_000m }) with { Time = Time }, alpaca);
        Http = Client("AKTEST", "secret");
        Broker.Venue.SetPrice("SPY", 500m);
        Broker.Venue.SetPrice("AAPL", 200m);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Broker.DisposeAsync();
        var wrong = Broker.Traffic.Mismatches.Where(line => !AsksBadly || !(line.Contains(" request ", StringComparison.Ordinal) || line.Contains(" query ", StringComparison.Ordinal))).ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    protected HttpClient Client(string key, string secret)
    {
        var http = new HttpClient { BaseAddress = Broker.Address, Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Add("APCA-API-KEY-ID", key);
        http.DefaultRequestHeaders.Add("APCA-API-SECRET-KEY", secret);
        return http;
    }

    /// <summary>Places an order; fields that are left out are a market order of the day for one share of SPY.</summary>
    protected async Task<Said> PlaceAsync(string words = "")
    {
        var body = Json.Of("symbol=SPY side=buy type=market time_in_force=day");
        foreach (var (name, value) in Json.Of(words)) body[name] = value!.DeepClone();
        if (body["qty"] is null && body["notional"] is null) body["qty"] = "1";
        return await Http.CallAsync("POST", "/v2/orders", body);
    }

    protected async Task<string> StatusAsync(string id) => (await Http.CallAsync("GET", $"/v2/orders/{id}"))["status"];

    protected async Task<SocketClient> ListenAsync()
    {
        var stream = await SocketClient.OpenAsync(Broker.Address, "/stream");
        await stream.SendAsync("""{"action":"authenticate","data":{"key_id":"AKTEST","secret_key":"secret"}}""");
        Assert.Equal("authorized", (await stream.NextAsync())!["data"]!["status"]!.ToString());
        await stream.SendAsync("""{"action":"listen","data":{"streams":["trade_updates"]}}""");
        Assert.Equal("listening", (await stream.NextAsync())!["stream"]!.ToString());
        return stream;
    }
}
