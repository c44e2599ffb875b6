using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>The fake's clock stands at half past a minute, so half a minute is left of the one that it counts calls in.</summary>
public sealed class AlpacaRateLimitTests : AlpacaDesk
{
    private readonly ManualTime time;

    public AlpacaRateLimitTests() : this(new ManualTime(new DateTimeOffset(2026, 3, 2, 15, 0, 30, TimeSpan.Zero)))
    {
    }

    private AlpacaRateLimitTests(ManualTime time) : base(new FakeSettings { CallsPerMinute = 5, Time = time }) => this.time = time;

    [Fact]
    public async Task When_no_call_is_left_none_is_made()
    {
        for (var i = 0; i < 5; i++) await Adapter.AccountAsync(Ct);
        var reply = await Adapter.SubmitAsync(Terms(), Spy, Ct);
        Assert.Equal(new(ReplyKind.Refused, null, "not asked: no call is left until the rate limit allows more, or too many wait for their turn"), reply);
        await Assert.ThrowsAsync<BrokerException>(() => Adapter.AccountAsync(Ct));
        Assert.All(Broker.Traffic.Exchanges, e => Assert.Equal(200, e.Status));
        Assert.Equal(5, Broker.Traffic.Count);
    }

    [Fact]
    public async Task Who_is_patient_is_served_in_the_next_minute()
    {
        await using var patient = new AlpacaAdapter(Options with { Limits = Options.Limits with { LongestWait = TimeSpan.FromMinutes(1) } }, time);
        for (var i = 0; i < 5; i++) await patient.AccountAsync(Ct);
        var submitting = patient.SubmitAsync(Terms(), Spy, Ct);
        while (time.Waiting == 0) await Task.Delay(5);
        time.Pass(TimeSpan.FromSeconds(29));
        Assert.False(submitting.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ReplyKind.Accepted, (await submitting.WaitAsync(TimeSpan.FromSeconds(10))).Kind);
        Assert.All(Broker.Traffic.Exchanges, e => Assert.Equal(200, e.Status));
    }

    [Fact]
    public async Task Who_was_told_that_it_was_too_much_waits()
    {
        Broker.Faults.Add("tooManyRequests submit 1, tooManyRequests account 1");
        var reply = await Adapter.SubmitAsync(Limit(), Spy, Ct);
        Assert.Equal((ReplyKind.Refused, "429: rate limit exceeded"), (reply.Kind, reply.Text));
        Assert.StartsWith("not asked", (await Adapter.SubmitAsync(Limit(), Spy, Ct)).Text);
        await Assert.ThrowsAsync<BrokerException>(() => Adapter.AccountAsync(Ct));
        Assert.Equal(1, Broker.Traffic.Count);
        Assert.Empty(Broker.Venue.Orders);
    }
}
