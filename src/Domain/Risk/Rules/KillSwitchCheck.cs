using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks what an engaged kill switch covers; in mode reduce-only, orders that shrink the position still pass.</summary>
public static class KillSwitchCheck
{
    public const string Code = "KILL_SWITCH";

    public static readonly RiskRule Rule = new(
        Code, "Kill switch", "Trading that somebody, or a rule, has stopped.",
        "The value counts the switches that cover the order: of the firm, its portfolio, one of its agents, its instrument. A switch in mode halt blocks everything and cancels open orders; in mode reduceOnly what only reduces passes. A switch outlasts restarts until it is released.",
        "switches", [], "RTS 6 (2017/589) art. 12; SEC 15c3-5(c)(1); FIA 2024, kill switch", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        var covering = 0;
        var blocking = 0;
        var detail = "";
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
