using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks an entry whose exits nobody would place.</summary>
public static class BracketUnsupported
{
    public const string Code = "BRACKET_UNSUPPORTED";

    public static readonly RiskRule Rule = new(
        Code, "Bracket at a broker", "A position that is thought to be protected and is not.",
        "The value is 1 for an order with a bracket whose venue is a broker: exits are kept by the engine, and at simulated venues alone. For an order without one the rule says nothing.",
        "brackets", [], "FIX 5.0 SP2, ContingencyType (1385)", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state) =>
        order.Terms.Bracket is null ? null
        : new RiskCheck(Code, state.HasBroker ? 1m : 0m, 0m, "brackets", !state.HasBroker, state.HasBroker ? $"exits are not placed at {state.Venue}; leave the bracket out, and send exits as orders of their own" : "");
}
