using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.BrokerFakes.Serving;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.BrokerFakes.Tests.InteractiveBrokers;

/// <summary>A fake Interactive Brokers and a client whose session is open. At the end everything that was said must agree with the OpenAPI file.</summary>
public abstract class IbkrFixture(FakeSettings? settings = null, IbkrSettings? ibkr = null) : IAsyncLifetime
{
    protected const string Account = "DU1234567", Spy = "756733";

    protected ManualTime Time { get; } = new();

    protected FakeServer Broker { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    /// <summary>This test asks what no good client asks: only answers must agree.</summary>
    protected bool AsksBadly { get; set; }

    public virtual async ValueTask InitializeAsync()
    {
        Broker = await FakeBroker.IbkrAsync((settings ?? new FakeSettings { Cash = 100_000m }) with { Time = Time }, ibkr);
        Http = new HttpClient { BaseAddress = Broker.Api, Timeout = TimeSpan.FromSeconds(10) };
        Broker.Venue.SetPrice("SPY", 500m);
        if (ibkr?.OAuth is null) await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await Broker.DisposeAsync();
        var wrong = Broker.Traffic.Mismatches.Where(line => !AsksBadly || !(line.Contains(" request", StringComparison.Ordinal) || line.Contains(" query ", StringComparison.Ordinal))).ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    protected async Task OpenAsync()
    {
        Assert.True((await Http.CallAsync("POST", "iserver/auth/ssodh/init", new JsonObject { ["publish"] = true, ["compete"] = true })).Body!["authenticated"]!.GetValue<bool>());
        Assert.Equal(Account, (await Http.CallAsync("GET", "iserver/accounts")).Body!["accounts"]![0]!.ToString());
    }

    /// <summary>A day order for SPY; <paramref name="words"/> add to it or change it.</summary>
    protected static JsonObject Ticket(string words = "")
    {
        var body = Json.Of($"conid={Spy} orderType=MKT side=BUY tif=DAY quantity=1 {words}");
        foreach (var name in new[] { "conid", "quantity", "price", "auxPrice", "trailingAmt" })
        {
            if (body[name] is { } text) body[name] = JsonNode.Parse(text.ToString());
        }

        foreach (var name in new[] { "outsideRTH", "isSingleGroup" })
        {
            if (body[name] is { } text) body[name] = text.ToString() == "true";
        }

        return body;
    }

    protected Task<Said> SubmitAsync(params JsonObject[] tickets) => Http.CallAsync("POST", $"iserver/account/{Account}/orders", new JsonObject { ["orders"] = new JsonArray([.. tickets]) });

    protected async Task<string> PlaceAsync(string words = "")
    {
        var said = await SubmitAsync(Ticket(words));
        Assert.True(said.Body is JsonArray, said.Body!.ToJsonString());
        return said.Body[0]!["order_id"]!.ToString();
    }

    protected async Task<string> StatusAsync(string id) => (await Http.CallAsync("GET", $"iserver/account/order/status/{id}"))["order_status"];

    protected async Task<JsonArray> LiveAsync(string query = "")
    {
        await Http.CallAsync("GET", "iserver/account/orders");
        return (await Http.CallAsync("GET", "iserver/account/orders" + query)).Body!["orders"]!.AsArray();
    }
}
