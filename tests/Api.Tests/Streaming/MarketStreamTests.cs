using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>Market data is conflated: what is left out is never the last.</summary>
public sealed class MarketStreamTests : IAsyncLifetime
{
    private static readonly string[] Instruments = ["AAA.XXXX", "BBB.XXXX", "CCC.XXXX"];
    private StreamServer server = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        server = await StreamServer.StartAsync(new StreamLimits { MarketEvery = TimeSpan.FromMilliseconds(30) });
        key = await server.KeyAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_last_price_of_each_instrument_and_kind_arrives_and_few_of_the_others()
    {
        const int Each = 3_000;
        await using var all = await SubscribeAsync("");
        await using var one = await SubscribeAsync(""","instruments":["BBB.XXXX"]""");
        await PublishAsync(Each);
        foreach (var (client, mine) in new[] { (all, Instruments), (one, ["BBB.XXXX"]) })
        {
            var (last, signals) = (new Dictionary<string, string>(), 0);
            while (!mine.All(i => last.GetValueOrDefault($"{i} trade") == $"{Each}" && last.GetValueOrDefault($"{i} quote") == $"{Each}"))
            {
                foreach (var s in (await client.NextAsync("delta"))["signals"]!.AsArray())
                {
                    Assert.Contains((string)s!["instrument"]!, mine);
                    last[$"{s["instrument"]} {s["kind"]}"] = (string)s["sequence"]!;
                    signals++;
                }
            }

            Assert.InRange(signals, mine.Length * 2, Each * mine.Length);
        }

        // Who comes later is given the last ones at once.
        await using var late = await StreamClient.HelloAsync(server.Address, key);
        await late.SendAsync("""{"type":"subscribe","id":"m","channel":"market"}""");
        var snapshot = await late.NextAsync("snapshot");
        Assert.Equal(6, snapshot["signals"]!.AsArray().Count);
        Assert.All(snapshot["signals"]!.AsArray(), s => Assert.Equal($"{Each}", (string?)s!["sequence"]));
    }

    [Fact]
    public async Task What_is_no_signal_is_passed_over()
    {
        await using var client = await SubscribeAsync("");
        await server.Nats.PublishAsync(server.SignalOf("AAA.XXXX"), "{\"kind\":");
        await server.Nats.PublishAsync(server.SignalOf("AAA.XXXX"), Trade("AAA.XXXX", 1));
        Assert.Equal("1", (string?)(await client.NextAsync("delta"))["signals"]!.AsArray().Single()!["sequence"]);
    }

    [Fact]
    public async Task All_clients_share_one_subscription_of_NATS_and_the_last_to_leave_ends_it()
    {
        await using var first = await SubscribeAsync("");
        await using var second = await SubscribeAsync("");
        Assert.Equal(1, await server.SubscriptionsAsync());
        await first.SendAsync("""{"type":"unsubscribe","id":"m"}""");
        await first.NextAsync("unsubscribed");
        Assert.Equal(1, await server.SubscriptionsAsync());
        second.Abort();
        await Eventually.TrueAsync(async () => await server.SubscriptionsAsync() == 0, "nobody asks for market data any more");
        await using var third = await SubscribeAsync("");
        Assert.Equal(1, await server.SubscriptionsAsync());
    }

    private async Task<StreamClient> SubscribeAsync(string more)
    {
        var client = await StreamClient.HelloAsync(server.Address, key);
        await client.SendAsync($$"""{"type":"subscribe","id":"m","channel":"market"{{more}}}""");
        await client.NextAsync("snapshot");
        return client;
    }

    private async Task PublishAsync(int each)
    {
        for (var n = 1; n <= each; n++)
        {
            foreach (var instrument in Instruments)
            {
                await server.Nats.PublishAsync(server.SignalOf(instrument), Trade(instrument, n));
                await server.Nats.PublishAsync(server.SignalOf(instrument), SignalJson.Write(new Signal
                {
                    Kind = SignalKind.Quote, Instrument = instrument, Time = At(n), Feed = "t", Sequence = n, Bid = n, Ask = n + 1, BidSize = 1, AskSize = 1,
                }));
            }
        }
    }

    private static byte[] Trade(string instrument, int n) =>
        SignalJson.Write(new Signal { Kind = SignalKind.Trade, Instrument = instrument, Time = At(n), Feed = "t", Sequence = n, Price = n, Size = 1 });

    private static Timestamp At(int n) => Timestamp.Parse("2024-01-02T14:30:00Z") + TimeSpan.FromMilliseconds(n);
}
