using System.Text.Json;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Explaining;
using Spectre.Console;

namespace EventSourcedTrading.Integration;

/// <summary>A trading day of the simulator through every role.</summary>
public sealed class SessionTests
{
    private const string Fills = "select {0} from events.mt_events where type in ('order_filled', 'order_partially_filled')";

    [Fact]
    public async Task A_day_is_decided_ordered_filled_counted_and_explained_without_a_hole()
    {
        var data = Market.OneDay();
        await using var world = await World.CreateAsync(DemoPortfolio.For(data));
        await using var outcomes = await world.Outside.Nats.SubscribeCoreAsync($"{world.Options.Prefix}.decisions.intent_outcome.>");
        await world.StartAsync(World.Everything);
        await world.FeedAsync(data);
        await world.UntilDecidedAsync(Market.EndOf(data));

        await EveryIntentIsAnsweredAsync(world, outcomes);
        await EveryOrderIsAccountedForAsync(world);
        await TheBooksAgreeWithTheFillsAsync(world);
        await EveryOrderIsExplainedAsync(world);
        Assert.Empty(world.Complaints.Restarts);
    }

    private static async Task EveryIntentIsAnsweredAsync(World world, NATS.Client.Core.NatsSub outcomes)
    {
        var intents = await world.CountAsync("intent_received");
        Assert.True(intents > 100, $"{intents} intents are too few to tell anything");
        var votes = await world.AskAsync<long>("select sum(jsonb_array_length(data->'votes')) from events.mt_events where type = 'decision_made'");
        Assert.Equal(intents, votes);
        var answered = new HashSet<string>();
        await Eventually.TrueAsync(() =>
        {
            while (outcomes.Msgs.TryRead(out var message)) using (message) answered.Add(Told.Read(message.Memory.Span).Id);
            return answered.Count == intents;
        }, "every intent has an answer");
    }

    private static async Task EveryOrderIsAccountedForAsync(World world)
    {
        var decided = await world.AskAsync<long>("select count(*) from events.mt_events where type = 'decision_made' and data->>'orderId' is not null");
        Assert.Equal(decided, await world.CountAsync("order_approved") + await world.CountAsync("order_blocked"));
        // What may still be open at the end of the data was approved at its end: nothing that could have ended it has come since.
        var forgotten = await world.AskAsync<long>(
            """
            select count(*) from events.mt_events a where a.type = 'order_approved'
               and a.data->>'asOf' < (select max(data->>'asOf') from events.mt_events where type = 'order_approved')
               and not exists (select 1 from events.mt_events e where e.stream_id = a.stream_id
                               and e.type in ('order_filled', 'order_cancelled', 'order_rejected', 'order_expired'))
            """);
        Assert.Equal(0, forgotten);
        Assert.True(await world.CountAsync("order_approved") > 50);
    }

    private static async Task TheBooksAgreeWithTheFillsAsync(World world)
    {
        var host = new ProjectionHost(world.Database.App);
        var head = (await world.Outside.Reader.HeadAsync()).Size;
        await Eventually.TrueAsync(async () => (await host.StatusAsync()).All(s => s.Position >= head), "the read models have taken the log");
        var models = new ReadModels(world.Database.Reader);
        var positions = await models.PositionsAsync("main");
        Assert.NotEmpty(positions);
        foreach (var position in positions)
        {
            var folded = await world.AskAsync<decimal>(string.Format(System.Globalization.CultureInfo.InvariantCulture, Fills,
                "sum((data->'execution'->>'quantity')::numeric * case data->'execution'->>'side' when 'buy' then 1 else -1 end)")
                + " and data->'execution'->>'instrument' = $1", position.Instrument);
            Assert.Equal(folded, position.Quantity);
        }

        var traded = await world.AskAsync<decimal>(string.Format(System.Globalization.CultureInfo.InvariantCulture, Fills,
            "sum((data->'execution'->>'quantity')::numeric * (data->'execution'->>'price')::numeric * case data->'execution'->>'side' when 'buy' then 1 else -1 end)"));
        var cash = Assert.Single(await models.CashAsync("main"));
        Assert.Equal(1_000_000m - traded - positions.Sum(p => p.Fees), cash.Balance);
        // Money is neither made nor lost but by trading: what is held at cost and what is left make up what there was.
        Assert.Equal(1_000_000m + positions.Sum(p => p.Realised - p.Fees), cash.Balance + positions.Sum(p => p.Cost), 6);
    }

    private static async Task EveryOrderIsExplainedAsync(World world)
    {
        var query = new ExplainQuery(world.Database.Reader);
        var orders = (await world.LogAsync("order_approved", "order_blocked")).Select(e => e.StreamId["order-".Length..]).ToList();
        foreach (var order in orders.Where((_, i) => i % Math.Max(1, orders.Count / 40) == 0))
        {
            var explanation = await query.ForOrderAsync(order);
            Assert.NotEmpty(explanation.Signals);
            Assert.All(explanation.Signals, s => Assert.Null(s.Missing));
            using var text = new StringWriter();
            ExplanationText.Write(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) }), explanation);
            Assert.Contains(order, text.ToString(), StringComparison.Ordinal);
            using var json = new MemoryStream();
            await using (var writer = new Utf8JsonWriter(json)) ExplanationJson.Write(writer, explanation);
            using var read = JsonDocument.Parse(json.ToArray());
            Assert.Equal(order, read.RootElement.GetProperty("orderId").GetString());
            Assert.NotEqual(0, read.RootElement.GetProperty("intents").GetArrayLength());
        }
    }
}
