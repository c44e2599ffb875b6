using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.Tests.Alpaca;

namespace EventSourcedTrading.Brokers.Tests.Http;

public sealed class BrokerHttpTests
{
    private static readonly BrokerLimits Limits = new() { AtOnce = 2, Waiting = 4, Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task So_many_calls_are_made_at_once_so_many_wait_and_the_rest_is_turned_away()
    {
        var (inside, most) = (0, 0);
        using var open = new SemaphoreSlim(0);
        await using var stub = await StubServer.StartAsync(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await open.WaitAsync();
            Interlocked.Decrement(ref inside);
        });
        using var http = Http(stub.Address, Limits);
        var orders = Enumerable.Range(0, 10).Select(_ => http.OrderAsync(new HttpRequestMessage(HttpMethod.Post, "order"), CancellationToken.None)).ToList();
        var turnedAway = orders.Where(o => o.IsCompleted).Select(o => o.Result).ToList();
        Assert.Equal(4, turnedAway.Count);
        Assert.All(turnedAway, outcome => Assert.False(outcome.MayHaveArrived));
        // Questions have places of their own: orders that hang do not keep anybody from asking after them.
        while (Volatile.Read(ref inside) < 2) await Task.Delay(5);
        var question = http.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, "question"), "GET question", CancellationToken.None);
        while (Volatile.Read(ref inside) < 3) await Task.Delay(5);
        open.Release(100);
        Assert.Equal(200, (await question).Status);
        Assert.Equal(6, (await Task.WhenAll(orders)).Count(o => o.Answer is { Status: 200 }));
        Assert.Equal(3, most);
    }

    [Theory]
    [InlineData(nameof(BrokerLimits.Calls), "calls 0 must be from 1 to 100000000")]
    [InlineData(nameof(BrokerLimits.KeptForOrders), "keptForOrders 200 must be from 0 to 199")]
    [InlineData(nameof(BrokerLimits.Timeout), "timeout 0 s must be from 0.01 to 600 s")]
    [InlineData(nameof(BrokerLimits.BreakFor), "breakFor 0.1 s must be from 0.5 to 3600 s")]
    public void A_limit_out_of_range_is_named(string field, string said)
    {
        var limits = field switch
        {
            nameof(BrokerLimits.Calls) => new BrokerLimits { Calls = 0 },
            nameof(BrokerLimits.KeptForOrders) => new BrokerLimits { KeptForOrders = 200 },
            nameof(BrokerLimits.Timeout) => new BrokerLimits { Timeout = TimeSpan.Zero },
            _ => new BrokerLimits { BreakFor = TimeSpan.FromSeconds(0.1) },
        };
        Assert.Equal(said, limits.Validate());
        Assert.Null(new BrokerLimits().Validate());
    }

    private static BrokerHttp Http(Uri address, BrokerLimits limits) => new("stub", address, limits, new BrokerRateLimit(limits, TimeProvider.System), new Redaction(), TimeProvider.System);
}
