using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Workers.Publishing;

/// <summary>
/// Tells NATS what the log has: decisions, violations, orders, fills, changes of configuration. It follows the log from a checkpoint, so nothing is left out;
/// after a crash some messages come twice, with the same <c>Nats-Msg-Id</c>, the event's id.
/// </summary>
public sealed class PublisherRole(Platform platform) : IRole
{
    private static readonly Dictionary<string, Func<Subjects, string, string>> Routes = Route();

    private readonly List<Task<PubAckResponse>> acknowledgements = [];

    /// <summary>Types of events that are told, with the subject on which each is told.</summary>
    public static IEnumerable<(string Type, string Subject)> Told(Subjects subjects, string portfolio) => Routes.Select(r => (r.Key, r.Value(subjects, portfolio)));

    public string Name => "publisher";
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        await StreamSetup.EventsAsync(platform.JetStream, platform.Subjects, ct);
        Status = "running";
        var follower = new LogFollower(platform.App, $"publisher{platform.Subjects.EventStream}", new LogFollowerOptions { Types = Routes.Keys, PageSize = 2_000 });
        await follower.RunAsync(PublishAsync, ct);
    }

    private async ValueTask PublishAsync(FollowedBatch batch, CancellationToken ct)
    {
        acknowledgements.Clear();
        foreach (var e in batch)
        {
            var headers = new NatsHeaders
            {
                ["Est-Type"] = e.Type, ["Est-Stream"] = e.StreamId, ["Est-Position"] = e.SeqId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            if (e.CorrelationId is not null) headers["Est-Correlation-Id"] = e.CorrelationId;
            var future = await platform.JetStream.PublishConcurrentAsync(
                Routes[e.Type](platform.Subjects, PortfolioOf(e)), e.Data, opts: new NatsJSPubOpts { MsgId = e.Id.ToString() }, headers: headers, cancellationToken: ct);
            acknowledgements.Add(future.GetResponseAsync(ct).AsTask());
        }

        // A refusal, as from a full server, must not move the checkpoint.
        foreach (var answer in await Task.WhenAll(acknowledgements)) answer.EnsureStored();
    }

    /// <summary>Most streams are named after their portfolio: <c>order-{portfolio}-{number}</c>; stream firm after nobody.</summary>
    private static string PortfolioOf(RecordedEvent e)
    {
        var kindEnd = e.StreamId.IndexOf('-', StringComparison.Ordinal) + 1;
        if (e.StreamId.StartsWith("order-", StringComparison.Ordinal)) return e.StreamId[kindEnd..e.StreamId.LastIndexOf('-')];
        // round-{portfolio}-{instrument}-{asOf}, strategy-{portfolio}-{name}: a portfolio's name may hold a '-', and so may what follows it.
        if (e.StreamId.StartsWith("round-", StringComparison.Ordinal) || e.StreamId.StartsWith("strategy-", StringComparison.Ordinal))
            return System.Text.Json.JsonSerializer.Deserialize(e.Data.Span, PublisherJson.Default.NamedPortfolio)?.Portfolio ?? "unknown";
        return e.StreamId[kindEnd..];
    }

    private static Dictionary<string, Func<Subjects, string, string>> Route()
    {
        var routes = new Dictionary<string, Func<Subjects, string, string>>();
        Add((s, p) => s.Decisions(p), EventJson.AliasOf<DecisionMade>(), EventJson.AliasOf<DecisionOverridden>());
        Add((s, p) => s.Violations(p), EventJson.AliasOf<RiskViolationDetected>(), EventJson.AliasOf<DailyLossLimitReached>(),
            EventJson.AliasOf<DrawdownLimitReached>(), EventJson.AliasOf<KillSwitchEngaged>(), EventJson.AliasOf<KillSwitchReleased>(),
            EventJson.AliasOf<ThrottleTripped>(), EventJson.AliasOf<ThrottleReleased>(), EventJson.AliasOf<BucketsReformed>());
        Add((s, p) => s.Fills(p), EventJson.AliasOf<OrderPartiallyFilled>(), EventJson.AliasOf<OrderFilled>());
        Add((s, p) => s.Changes(p), EventJson.AliasOf<PortfolioOpened>(), EventJson.AliasOf<CashMoved>(), EventJson.AliasOf<RiskLimitsSet>(),
            EventJson.AliasOf<VotingPolicySet>(), EventJson.AliasOf<VotingPolicyCleared>(), EventJson.AliasOf<TradingHalted>(), EventJson.AliasOf<TradingResumed>(), EventJson.AliasOf<VenueOpened>(), EventJson.AliasOf<VenueClosed>(), EventJson.AliasOf<HoldingAdopted>(),
            EventJson.AliasOf<StrategyRegistered>(), EventJson.AliasOf<StrategyLoaded>(), EventJson.AliasOf<StrategyPaused>(), EventJson.AliasOf<StrategyResumed>(),
            EventJson.AliasOf<StrategyQuarantined>(), EventJson.AliasOf<StrategySuspended>(), EventJson.AliasOf<StrategyUnloaded>(),
            EventJson.AliasOf<FirmLimitsSet>(), EventJson.AliasOf<FirmKillSwitchEngaged>(), EventJson.AliasOf<FirmKillSwitchReleased>());
        Add((s, p) => s.Orders(p), [.. EventJson.Aliases.Where(a => a.StartsWith("order_", StringComparison.Ordinal) && !routes.ContainsKey(a))]);
        return routes;

        void Add(Func<Subjects, string, string> route, params string[] aliases)
        {
            foreach (var alias in aliases) routes[alias] = route;
        }
    }
}

internal sealed record NamedPortfolio(string Portfolio);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(NamedPortfolio))]
internal sealed partial class PublisherJson : System.Text.Json.Serialization.JsonSerializerContext;
