using EventSourcedTrading.Workers.Demo;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Integration;

public sealed class PublisherTests
{
    [Fact]
    public async Task Every_decision_violation_order_fill_and_change_of_the_log_is_on_NATS_once_and_in_order()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(DemoPortfolio.For(data) with { RoundDeadlineSeconds = 600 });
        await world.StartAsync("engine", "agents");
        var feeding = world.FeedAsync(data, speed: 8_000);
        foreach (var at in (int[])[1_500, 3_000])
            await using (await world.StartAsync("publisher")) await world.UntilHeardAsync(data.Read().ElementAt(at).Time);
        await world.StartAsync("publisher");
        await feeding;
        await world.UntilDecidedAsync(Market.EndOf(data));

        var expected = (await world.LogAsync())
            .Where(e => e.Type.StartsWith("order_", StringComparison.Ordinal) || e.Type is "decision_made" or "decision_overridden" or "risk_violation_detected"
                or "daily_loss_limit_reached" or "kill_switch_engaged" or "kill_switch_released"
                or "portfolio_opened" or "cash_moved" or "risk_limits_set" or "voting_policy_set" or "strategy_registered" or "strategy_loaded")
            .Select(e => e.Id.ToString()).ToList();
        var stream = world.Outside.Subjects.EventStream;
        await Eventually.TrueAsync(async () => (await world.Outside.JetStream.GetStreamAsync(stream)).Info.State.Messages >= expected.Count, "all are published", 20);
        var published = new List<string>();
        var consumer = await world.Outside.JetStream.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.None });
        await foreach (var message in consumer.FetchNoWaitAsync(new NatsJSFetchOpts { MaxMsgs = 100_000 }))
            using (message) published.Add(message.Headers!["Nats-Msg-Id"]!);
        Assert.Equal(expected, published);
    }
}
