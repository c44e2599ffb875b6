using System.Text.RegularExpressions;
using EventSourcedTrading.BrokerFakes.Alpaca;

namespace EventSourcedTrading.BrokerFakes.Tests.Alpaca;

public sealed class AccessTests() : AlpacaFixture(new FakeSettings { CallsPerMinute = 3 })
{
    [Fact]
    public async Task Wrong_keys_are_refused()
    {
        using var stranger = Client("AKTEST", "guess");
        var said = await stranger.CallAsync("GET", "/v2/account");
        Assert.Equal((401, "40110000"), (said.Code, said["code"]));
    }

    [Fact]
    public async Task More_calls_than_a_minute_has_are_refused_until_the_next()
    {
        for (var left = 2; left >= 0; left--)
        {
            var said = await Http.CallAsync("GET", "/v2/clock");
            Assert.Equal((200, "3", $"{left}"), (said.Code, Header(said, "X-RateLimit-Limit"), Header(said, "X-RateLimit-Remaining")));
            Assert.Equal($"{Time.GetUtcNow().ToUnixTimeSeconds() + 60}", Header(said, "X-RateLimit-Reset"));
            Assert.Matches(new Regex("^[0-9a-f]{32}$", RegexOptions.None, TimeSpan.FromSeconds(1)), Header(said, "X-Request-ID"));
        }

        var many = await Http.CallAsync("GET", "/v2/clock");
        Assert.Equal((429, "42910000"), (many.Code, many["code"]));
        Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await Http.CallAsync("GET", "/v2/clock")).Code);
    }

    [Fact]
    public async Task Two_brokers_of_one_seed_say_the_same_and_of_another_seed_do_not()
    {
        var ids = new List<string>();
        foreach (var seed in new[] { 7, 7, 8 })
        {
            await using var broker = await FakeBroker.AlpacaAsync(new FakeSettings { Seed = seed, Time = Time });
            using var http = new HttpClient { BaseAddress = broker.Address };
            http.DefaultRequestHeaders.Add("APCA-API-KEY-ID", "AKTEST");
            http.DefaultRequestHeaders.Add("APCA-API-SECRET-KEY", "secret");
            var said = await http.CallAsync("POST", "/v2/orders", Json.Of("symbol=SPY qty=1 side=buy type=market time_in_force=day"));
            ids.Add(said.Body!.ToJsonString());
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    private static string Header(Said said, string name) => Assert.Single(said.Headers.GetValues(name));
}
