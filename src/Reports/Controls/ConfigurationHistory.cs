using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>What was set up or changed: portfolios, money, limits, policies, algorithms, keys, and whether a broker's venue was open. The first setting counts as a change.</summary>
internal sealed class ConfigurationHistory
{
    /// <summary>Every event that <see cref="Of"/> knows.</summary>
    internal static readonly string[] Types =
    [
        EventJson.AliasOf<PortfolioOpened>(), EventJson.AliasOf<CashMoved>(), EventJson.AliasOf<RiskLimitsSet>(), EventJson.AliasOf<VotingPolicySet>(),
        EventJson.AliasOf<VotingPolicyCleared>(), EventJson.AliasOf<FirmLimitsSet>(), EventJson.AliasOf<BucketsReformed>(), EventJson.AliasOf<StrategyRegistered>(),
        EventJson.AliasOf<StrategyLoaded>(), EventJson.AliasOf<StrategyPaused>(), EventJson.AliasOf<StrategyResumed>(), EventJson.AliasOf<StrategyQuarantined>(),
        EventJson.AliasOf<StrategySuspended>(), EventJson.AliasOf<StrategyUnloaded>(), EventJson.AliasOf<KeyIssued>(), EventJson.AliasOf<KeyRevoked>(),
        EventJson.AliasOf<VenueOpened>(), EventJson.AliasOf<VenueClosed>(), EventJson.AliasOf<HoldingAdopted>(),
    ];

    private readonly List<Row> rows = [];

    private sealed record Row(LogEvent Log, Change What);

    private sealed record Change(string Subject, string? Setting, string? Actor, string? Reason);

    public void Take(LogEvent e)
    {
        if (Of(e.Event) is { } change) rows.Put(new Row(e, change), ControlChanges.Definition.Name);
    }

    private static Change? Of(DomainEvent e) => e switch
    {
        PortfolioOpened x => new(
            $"portfolio {x.Portfolio}", $"{x.BaseCurrency}, venue {x.Venue}, {string.Join(" ", x.Instruments.Select(i => i.Id))}", x.Actor, x.Reason),
        CashMoved x => new($"cash of {x.Portfolio}", $"{DecimalText.Format(x.Amount)} {x.Currency}", x.Actor, x.Reason),
        RiskLimitsSet x => new($"limits of {x.Portfolio}", "each limit that changed is under 'limit changes'", x.Actor, x.Reason),
        VotingPolicySet x => new($"policy of {x.Portfolio}{(x.Instrument is { } one ? $", {one}" : "")}", Json(x.Policy), x.Actor, x.Reason),
        VotingPolicyCleared x => new($"policy of {x.Portfolio}, {x.Instrument}", "that of the portfolio", x.Actor, x.Reason),
        FirmLimitsSet x => new("limits of the firm", x.MaxGross is { } most ? $"gross {DecimalText.Format(most)} {x.Currency}" : "none", x.Actor, x.Reason),
        BucketsReformed x => new($"buckets of {x.Portfolio}", string.Join("; ", x.Buckets.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => $"{b.Key} {b.Value}")), "rule:MEASURED_BUCKETS", null),
        StrategyRegistered x => new($"algorithm {x.Agent}", $"{x.Summary} {Json(x.Parameters)}", x.Actor, null),
        StrategyLoaded x => new($"algorithm {x.Agent}", "loaded", x.Actor, null),
        StrategyPaused x => new($"algorithm {x.Agent}", "paused", x.Actor, x.Reason),
        StrategyResumed x => new($"algorithm {x.Agent}", "resumed", x.Actor, x.Reason),
        StrategyQuarantined x => new($"algorithm {x.Agent}", "quarantined", null, x.Reason),
        StrategySuspended x => new($"algorithm {x.Agent}", "suspended", null, $"silent for {x.Missed} market times in a row"),
        StrategyUnloaded x => new($"algorithm {x.Agent}", "unloaded", x.Actor, x.Reason),
        KeyIssued x => new($"key {x.KeyId} of {x.Person}", $"{string.Join(", ", x.Roles.Select(Cell.Word))} until {x.ExpiresAt}", x.IssuedBy, x.Reason),
        KeyRevoked x => new($"key {x.KeyId} of {x.Person}", "revoked", x.RevokedBy, x.Reason),
        VenueOpened x => new($"venue {x.Venue} of {x.Portfolio}", x.Capabilities is { } can ? $"open for {Json(can)}" : "open", null, x.Reason),
        VenueClosed x => new($"venue {x.Venue} of {x.Portfolio}", "closed", null, x.Reason),
        HoldingAdopted x => new($"holding of {x.Holding.Portfolio}, {x.Holding.Instrument}", $"{DecimalText.Format(x.Quantity)} at {DecimalText.Format(x.Price)}, taken over from {x.Origin}", x.Actor, x.Reason),
        _ => null,
    };

    private static string Json<T>(T value) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options)));

    public ReportTable Table(Func<LogEvent, string?> approver) => ReportTable.Of(
        "configuration", "Configuration that was set or changed in the period", rows,
        new("position", "position in the log", r => Cell.Of(r.Log.Seq), true),
        new("recorded", "time of recording", r => Cell.Of(r.Log.At)),
        new("event", "type of the event", r => r.Log.Recorded.Type),
        new("subject", "portfolio, instrument, agent or keyId", r => r.What.Subject),
        new("setting", "what the event sets; policies and parameters as canonical JSON", r => r.What.Setting),
        new("actor", "actor; issuedBy or revokedBy for keys; empty where the engine acted", r => r.What.Actor),
        new("human or automated", "told by the actor", r => Origins.Of(r.What.Actor)),
        new("approver", "command_answered of the same command, or firm_limits_set: approver; empty where one person was enough", r => approver(r.Log)),
        new("reason", "reason; strategy_suspended: missed", r => r.What.Reason));
}
