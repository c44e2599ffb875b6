using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk.Rules;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Runs every rule over an order; all verdicts are recorded, not only the first that fails.</summary>
public static class PreTradeCheck
{
    public static RiskCheck[] Run(in OrderUnderTest order, PortfolioState state) =>
    [
        PriceKnown.Check(order, state),
        KillSwitchCheck.Check(order, state),
        DailyLoss.Check(order, state),
        PositionCap.Check(order, state.Limits),
        BucketLimit.Check(order, state),
    ];
}
