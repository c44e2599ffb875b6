using System.Net.Http.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>
/// A data set whose prices a fake broker gets to see, too, each before the platform does: a fake has no market of its own. As at a real broker
/// the market goes on while an order is on its way, so fills differ a little from run to run.
/// </summary>
public sealed class FakeBrokerMarket(IMarketDataSource data, Uri broker) : IMarketDataSource, IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = broker, Timeout = TimeSpan.FromSeconds(10) };

    public string Name => data.Name;
    public IReadOnlyList<Instrument> Instruments => data.Instruments;
    public Exclusions Exclusions => data.Exclusions;

    public IEnumerable<Signal> Read()
    {
        foreach (var signal in data.Read())
        {
            if (signal.IsPrice) Tell(signal);
            yield return signal;
        }
    }

    /// <summary>Waits until the books have been compared: before that every order would be blocked.</summary>
    public static Task UntilOpenAsync(EventReader log, CancellationToken ct) =>
        UntilAsync(() => AnyAsync(log, EventJson.AliasOf<VenueOpened>(), ct), "the broker's book was not compared with ours; run again with --log information to see why", ct);

    /// <summary>Waits until every order that went out has ended.</summary>
    public static Task UntilFilledAsync(EventReader log, CancellationToken ct) => UntilAsync(
        async () => await UnderWayAsync(log, ct) <= 0,
        "some orders have not ended; `est explain order ID --database est_demo` tells what became of one", ct);

    public void Dispose() => http.Dispose();

    private void Tell(Signal signal)
    {
        using var body = JsonContent.Create(new FakePrice(signal.Instrument[..signal.Instrument.LastIndexOf('.')], signal.Mark), DemoJson.Default.FakePrice);
        using var request = new HttpRequestMessage(HttpMethod.Post, "fake/price") { Content = body };
        using var response = http.Send(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<bool> AnyAsync(EventReader log, string type, CancellationToken ct)
    {
        await foreach (var _ in log.ReadAllAsync(1, [type], ct: ct)) return true;
        return false;
    }

    private static async Task<int> UnderWayAsync(EventReader log, CancellationToken ct)
    {
        var attempted = EventJson.AliasOf<OrderSubmissionAttempted>();
        string[] ends = [EventJson.AliasOf<OrderFilled>(), EventJson.AliasOf<OrderCancelled>(), EventJson.AliasOf<OrderRejected>(), EventJson.AliasOf<OrderExpired>()];
        var underWay = 0;
        await foreach (var e in log.ReadAllAsync(1, [attempted, .. ends], ct: ct)) underWay += e.Type == attempted ? 1 : -1;
        return underWay;
    }

    private static async Task UntilAsync(Func<Task<bool>> done, string otherwise, CancellationToken ct)
    {
        for (var attempt = 0; !await done(); attempt++)
        {
            if (attempt == 300) throw new TimeoutException($"{otherwise}.");
            await Task.Delay(200, ct);
        }
    }
}

internal sealed record FakePrice(string Symbol, decimal Price);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(FakePrice))]
internal sealed partial class DemoJson : System.Text.Json.Serialization.JsonSerializerContext;
