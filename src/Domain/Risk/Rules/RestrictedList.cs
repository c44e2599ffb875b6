using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Instruments that the desk must not trade, neither way: not even to get out.</summary>
public static class RestrictedList
{
    public const string Code = "RESTRICTED";

    public static readonly RiskRule Rule = new(
        Code, "Restricted list", "Trading what the firm must not trade, as while it holds inside information.",
        "Whether the instrument is on the list. Orders that reduce are blocked too.",
        "entries", [new("restricted", "instruments; at most 10,000")],
        "SEC 15c3-5(c)(2)(ii); RTS 6 (2017/589) art. 15(5); Regulation (EU) 596/2014 (MAR) art. 8", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.Restricted is null) return null;
        var listed = order.Book.Limits.Restricted;
        return new RiskCheck(Code, listed ? 1m : 0m, 0m, "entries", !listed, listed ? $"{order.Terms.Instrument} is on the restricted list" : "");
    }
}
