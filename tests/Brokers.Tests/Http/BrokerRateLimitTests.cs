using System.Net;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests.Http;

public sealed class BrokerRateLimitTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task Calls_beyond_a_window_wait_for_the_next()
    {
        var rate = Rate(calls: 2, longestWait: 60);
        Assert.True(await TakenAsync(rate) && await TakenAsync(rate));
        var third = TakenAsync(rate);
        Assert.False(third.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(59));
        Assert.False(third.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(1.1));
        Assert.True(await third.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, rate.Left);
    }

    [Fact]
    public async Task Who_would_wait_too_long_is_turned_away_at_once()
    {
        var rate = Rate(calls: 1, longestWait: 5);
        Assert.True(await TakenAsync(rate));
        Assert.False(await TakenAsync(rate));
        time.Pass(TimeSpan.FromSeconds(56));
        var patient = TakenAsync(rate);
        Assert.False(patient.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.True(await patient.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Questions_leave_the_last_calls_to_orders()
    {
        var rate = Rate(calls: 3, longestWait: 1);
        Assert.True(await TakenAsync(rate, kept: 2));
        Assert.False(await TakenAsync(rate, kept: 2));
        Assert.True(await TakenAsync(rate) && await TakenAsync(rate));
        Assert.False(await TakenAsync(rate));
    }

    [Fact]
    public async Task The_brokers_count_and_its_minute_go_before_our_own()
    {
        var rate = Rate(calls: 200, longestWait: 60);
        Assert.True(await TakenAsync(rate));
        // Half a minute is left of the broker's, whose clock is two hours ahead of ours.
        rate.Observe(Answer(200, ("Date", "Mon, 02 Mar 2026 17:00:30 GMT"), ("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", $"{new DateTimeOffset(2026, 3, 2, 17, 1, 0, TimeSpan.Zero).ToUnixTimeSeconds()}")));
        Assert.True(await TakenAsync(rate));
        var next = TakenAsync(rate);
        time.Pass(TimeSpan.FromSeconds(29));
        Assert.False(next.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(1.1));
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(199, rate.Left);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "7", 7)]
    [InlineData(429, null, 60)]
    [InlineData(429, "999999", 600)]
    public async Task A_broker_that_has_had_enough_is_left_alone(int status, string? retryAfter, double seconds)
    {
        var rate = Rate(calls: 200, longestWait: 10_000);
        rate.Observe(retryAfter is null ? Answer(status) : Answer(status, ("Retry-After", retryAfter)));
        var next = TakenAsync(rate);
        time.Pass(TimeSpan.FromSeconds(seconds - 0.5));
        Assert.False(next.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(0.6));
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Headers_that_make_no_sense_change_nothing()
    {
        var rate = Rate(calls: 2, longestWait: 1);
        rate.Observe(Answer(200, ("X-RateLimit-Remaining", "-5"), ("X-RateLimit-Reset", "soon")));
        Assert.Equal(2, rate.Left);
        Assert.True(await TakenAsync(rate));
    }

    private BrokerRateLimit Rate(int calls, double longestWait) => new(new BrokerLimits { Calls = calls, LongestWait = TimeSpan.FromSeconds(longestWait) }, time);

    private static async Task<bool> TakenAsync(BrokerRateLimit rate, int kept = 0)
    {
        using var lease = await rate.AcquireAsync(kept, CancellationToken.None);
        return lease.IsAcquired;
    }

    private static HttpResponseMessage Answer(int status, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
        return answer;
    }
}
