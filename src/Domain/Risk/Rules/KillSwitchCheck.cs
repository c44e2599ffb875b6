using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks what an engaged kill switch covers; in mode reduce-only, orders that shrink the position still pass.</summary>
public static class KillSwitchCheck
{
    public const string Code = "KILL_SWITCH";

    public static RiskCheck Check(in OrderUnderTest order, PortfolioState state)
    {
        var covering = 0;
        var blocking = 0;
        var detail = "no kill switch covers this order";
        if (state.Halted)
        {
            covering = blocking = 1;
            detail = "trading of the portfolio is halted";
        }

        foreach (var engaged in state.KillSwitches)
        {
            if (!engaged.Covers(order.Terms.Instrument, order.Allocation)) continue;
            covering++;
            if (engaged.Mode == KillSwitchMode.ReduceOnly && order.OnlyReduces) continue;
            blocking++;
            detail = $"{engaged.Scope.ToString().ToLowerInvariant()} {engaged.Target} stopped by {engaged.Actor}: {engaged.Reason}";
        }

        return new RiskCheck(Code, covering, 0m, "switches", blocking == 0, detail);
    }
}
