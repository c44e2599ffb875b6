using System.Collections.Frozen;
using EventSourcedTrading.Domain.Risk.Rules;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Every rule there is, in the order in which their checks are recorded. A rule that is not in here is not run.</summary>
public static class RiskRules
{
    public static IReadOnlyList<RiskRule> All { get; } =
    [
        PriceKnown.Rule, VenueOpen.Rule, VenueCapabilities.Rule, KillSwitchCheck.Rule, DailyLoss.Rule, Drawdown.Rule,
        PositionCap.Rule, PositionNotional.Rule, BucketLimit.Rule, GrossExposure.Rule, NetExposure.Rule, Leverage.Rule, Concentration.Rule, FirmHeadroom.Rule,
        OrderSize.Rule, OrderNotional.Rule, PriceCollar.Rule, StaleMarketData.Rule,
        OrderRate.Rule, AgentOrderRate.Rule, RepeatThrottle.Rule, DuplicateOrder.Rule, OpenOrders.Rule,
        RestrictedList.Rule, ShortSale.Rule, TradingSession.Rule, SelfTrade.Rule, BracketUnsupported.Rule, BracketSides.Rule, MessageRate.Rule,
    ];

    private static readonly FrozenDictionary<string, RiskRule> ByCode = All.ToFrozenDictionary(r => r.Code);

    /// <summary>The rule with that reason code; null for one that this version does not know.</summary>
    public static RiskRule? Find(string code) => ByCode.GetValueOrDefault(code);
}
