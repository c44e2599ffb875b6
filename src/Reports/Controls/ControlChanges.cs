using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Reports;

/// <summary>Pre-trade controls: what was in force, who changed it with whom, what they stopped (SEC 15c3-5; RTS 6, articles 12 and 15).</summary>
public static class ControlChanges
{
    /// <summary>Events that set a control, work it, or say that it worked.</summary>
    internal static readonly string[] ControlTypes =
    [
        EventJson.AliasOf<RiskLimitsSet>(), EventJson.AliasOf<FirmLimitsSet>(), EventJson.AliasOf<RiskViolationDetected>(),
        EventJson.AliasOf<DailyLossLimitReached>(), EventJson.AliasOf<DrawdownLimitReached>(),
        EventJson.AliasOf<KillSwitchEngaged>(), EventJson.AliasOf<KillSwitchReleased>(), EventJson.AliasOf<FirmKillSwitchEngaged>(), EventJson.AliasOf<FirmKillSwitchReleased>(),
        EventJson.AliasOf<TradingHalted>(), EventJson.AliasOf<TradingResumed>(), EventJson.AliasOf<ThrottleTripped>(), EventJson.AliasOf<ThrottleReleased>(),
        EventJson.AliasOf<DecisionOverridden>(), EventJson.AliasOf<ApprovalRequested>(), EventJson.AliasOf<ApprovalGranted>(), EventJson.AliasOf<ApprovalDenied>(),
        EventJson.AliasOf<CommandTurnedAway>(), EventJson.AliasOf<OrderBlocked>(), EventJson.AliasOf<IntentRefused>(),
    ];

    public static readonly ReportDefinition Definition = new(
        "controls", "Pre-trade controls", "limits, their changes, blocks, kill switches, throttles (SEC 15c3-5, RTS 6)",
        "SEC rule 15c3-5 asks a broker or dealer with market access for controls that prevent orders over pre-set credit or capital thresholds and orders that "
        + "look erroneous, for access by authorised persons only, all under its direct and exclusive control, and for a regular review. "
        + "Regulation (EU) 2017/589 (RTS 6) asks for a kill function (article 12), pre-trade controls on price, value, volume and number of messages with a "
        + "throttle on repeated execution (article 15), real-time monitoring with alerts (article 16) and limits to access (article 18). "
        + "This report shows the limits in force, each change with who made and who approved it, every command, and what the controls did.",
        [
            .. ControlTypes.Union(ConfigurationHistory.Types), EventJson.AliasOf<OrderApproved>(), EventJson.AliasOf<OrderSubmitted>(),
            EventJson.AliasOf<CommandAuthorised>(), EventJson.AliasOf<CommandAnswered>(),
        ],
        [
            new("yearly review and certification (15c3-5), self-assessment (RTS 6, article 9)", "acts of management outside of the log"),
            new("automated surveillance for market manipulation (RTS 6, article 13)", "the platform has none; what is on record here can be put through one"),
            new("business continuity (RTS 6, article 14), real-time alerts and how they were answered (article 16)", "alerts and who answered them are with the monitoring, not in the log"),
            new("controls of the broker or the venue", "only what they reported of an order is on record"),
            new("who is entitled to which role", "keys and their roles are under 'configuration'; what an identity provider grants is not in the log"),
            new("calls beyond the limit on refusals", "a caller who is turned away too often is told so and no longer recorded, one a second apart"),
            new("credit thresholds per client", "the platform trades one book of money per portfolio and has no clients"),
            new("drills", "an engagement counts as a drill where its reason begins with the word drill, and so does its release; nothing else marks one"),
        ],
        BuildAsync);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var limits = new LimitHistory();
        var funnel = new ControlFunnel();
        var switches = new SwitchHistory();
        var happened = new ControlEvents();
        var commands = new CommandHistory();
        var configuration = new ConfigurationHistory();
        var approvers = new Dictionary<(string?, string?), string>();
        await foreach (var e in log)
        {
            // A period asks what was in force at its end: what comes later does not count.
            if (scope.To is { } to && e.At >= to && e.Event is not CommandAnswered) continue;
            if (e.Event is CommandAnswered { Approver: { } second }) approvers[(e.Portfolio, e.Recorded.CausationId)] = second;
            var covered = scope.Covers(e.At);
            commands.Take(e, covered);
            limits.Take(e, covered);
            switches.Take(e, covered);
            if (!covered) continue;
            funnel.Take(e);
            happened.Take(e);
            configuration.Take(e);
        }

        return
        [
            limits.InForce(), limits.Changes(ApproverOf), funnel.Table(), happened.Violations(), happened.Blocks(), switches.Table(ApproverOf), happened.Throttles(ApproverOf),
            happened.Overrides(), commands.Table(), happened.Approvals(), configuration.Table(ApproverOf), funnel.Refusals(),
        ];

        // The engine's answer to a command names the second person, and follows what the command did.
        string? ApproverOf(LogEvent e) => e.Event switch
        {
            FirmLimitsSet x => x.Approver,
            FirmKillSwitchReleased x => x.Approver,
            _ => approvers.GetValueOrDefault((e.Portfolio, e.Recorded.CausationId)),
        };
    }
}
