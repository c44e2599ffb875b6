using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrTimeTests
{
    [Fact]
    public async Task Callers_pass_one_by_one_with_the_pause_between()
    {
        var time = new ManualTime();
        var pace = new IbkrPace(TimeSpan.FromSeconds(5), time);
        await pace.WaitAsync(CancellationToken.None);
        var (second, third) = (pace.WaitAsync(CancellationToken.None), pace.WaitAsync(CancellationToken.None));
        time.Pass(TimeSpan.FromSeconds(4.9));
        Assert.False(second.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(0.1));
        await second.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(third.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(5));
        await third.WaitAsync(TimeSpan.FromSeconds(10));
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_token_that_ends_is_renewed_before_it_does()
    {
        var time = new ManualTime();
        using var consumer = OAuthConsumer.Create();
        using var keys = IbkrDesk.Keys(consumer);
        await using var broker = await FakeBroker.IbkrAsync(new FakeSettings { Time = time, CallsPerMinute = 1_000_000 }, new IbkrSettings(OAuth: consumer));
        await using var adapter = new IbkrAdapter(IbkrDesk.Quick(broker.Api, keys), time);
        await adapter.ConnectAsync(CancellationToken.None);
        time.Pass(TimeSpan.FromHours(23));
        await adapter.PositionsAsync(CancellationToken.None);
        Assert.Equal(1, Tokens());
        time.Pass(TimeSpan.FromMinutes(56));
        await adapter.PositionsAsync(CancellationToken.None);
        Assert.Equal(2, Tokens());

        int Tokens() => broker.Traffic.Exchanges.Count(e => e.Pattern == "/oauth/live_session_token");
    }
}
