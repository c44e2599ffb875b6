using System.Text;
using System.Text.Json.Nodes;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;

namespace EventSourcedTrading.Integration;

/// <summary>What became of a message.</summary>
public sealed record Told(string Id, string Outcome, string? Code, string Reason, string? DecisionId, string? OrderId)
{
    public static Told Read(ReadOnlySpan<byte> body)
    {
        var json = JsonNode.Parse(body)!;
        return new((string)json["id"]!, (string)json["outcome"]!, (string?)json["code"], (string)json["reason"]!, (string?)json["decisionId"], (string?)json["orderId"]);
    }
}

/// <summary>An agent that is not ours: it knows nothing but NATS and the subjects.</summary>
public sealed class OutsideAgent(World world, string name) : IAsyncDisposable
{
    private readonly NatsConnection nats = new(new NatsOpts { Url = world.Options.Nats, Name = name });
    private int sent;

    public NatsConnection Nats => nats;
    public string Name => name;
    private string Token => name.Replace('.', '_');
    private string Subject => $"{world.Options.Prefix}.decisions.order_intent.main.{Token}";

    /// <summary>A good intent for a minute of the market, to be spoilt as wanted.</summary>
    public JsonObject Intent(int minute, string side = "buy", string? id = null) => new()
    {
        ["intentId"] = id ?? $"{name}-{++sent}", ["portfolio"] = "main", ["agent"] = name, ["instrument"] = Market.Spy, ["side"] = side, ["quantity"] = "10",
        ["orderType"] = "market", ["timeInForce"] = "day", ["confidence"] = 0.8, ["rationale"] = "a test wants it",
        ["features"] = new JsonObject { ["price"] = "100.5" }, ["asOf"] = Market.Time(minute).ToString(), ["signalId"] = $"hand-made:{minute}",
    };

    public Task<Told> SendAsync(JsonObject intent) => SendAsync(Encoding.UTF8.GetBytes(intent.ToJsonString()));

    /// <summary>Sends, and waits for the same answer in its own inbox and on the outcome subject.</summary>
    public async Task<Told> SendAsync(byte[] body)
    {
        await using var open = await OpenAsync();
        await open.PublishAsync(body);
        return await open.AnswerAsync();
    }

    /// <summary>Both places where an answer comes, and a way to publish in between.</summary>
    public async Task<Question> OpenAsync()
    {
        var inbox = $"_INBOX.{Guid.NewGuid():N}";
        var question = new Question(nats, Subject, inbox, await nats.SubscribeCoreAsync(inbox),
            await nats.SubscribeCoreAsync($"{world.Options.Prefix}.decisions.intent_outcome.main.{Token}"));
        await nats.PingAsync(); // the server knows both subscriptions
        return question;
    }

    public ValueTask PassAsync(int minute) => nats.PublishAsync(
        $"{world.Options.Prefix}.agents.progress.main.{Token}", new ProgressMessage(name, Market.Time(minute), null).ToJson());

    /// <summary>A minute passes in which this agent wants something; gives what became of it.</summary>
    public async Task<Told> TradeAsync(Market market, Action<JsonObject>? change = null)
    {
        var minute = market.Quote();
        await world.FeedAsync(market);
        var intent = Intent(minute);
        change?.Invoke(intent);
        await using var open = await OpenAsync();
        await open.PublishAsync(Encoding.UTF8.GetBytes(intent.ToJsonString()));
        await PassAsync(minute);
        return await open.AnswerAsync();
    }

    public ValueTask DisposeAsync() => nats.DisposeAsync();
}

/// <summary>A message on its way, and its answers.</summary>
public sealed class Question(NatsConnection nats, string subject, string inbox, NatsSub answers, NatsSub outcomes) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public ValueTask PublishAsync(byte[] body) => nats.PublishAsync(subject, body, new NatsHeaders { [Subjects.ReplyTo] = inbox });

    public async Task<Told> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var answer = await answers.Msgs.ReadAsync(patience.Token);
        using var outcome = await outcomes.Msgs.ReadAsync(patience.Token);
        Assert.Equal(outcome.GetString(), answer.GetString());
        return Told.Read(answer.Memory.Span);
    }

    /// <summary>Says whether an answer came meanwhile.</summary>
    public bool HasAnswer => answers.Msgs.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await answers.DisposeAsync();
        await outcomes.DisposeAsync();
    }
}
