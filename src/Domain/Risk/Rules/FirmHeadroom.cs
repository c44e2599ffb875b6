using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// The portfolio's part of the firm's limit: it trades within headroom that it has leased, and the leases of all portfolios
/// together never sum to more than the firm allows. What is missing is asked for at once, so that the order may pass when it comes
/// again.
/// </summary>
public static class FirmHeadroom
{
    public const string Code = "FIRM_HEADROOM";

    public static readonly RiskRule Rule = new(
        Code, "Headroom of the firm", "Portfolios that keep their own limits and together are too much for the firm.",
        "Gross exposure of the portfolio, this order and open orders at their worst, against the headroom that it has leased. It may reach it. What only reduces, or adds nothing, passes.",
        "base currency",
        [new("maxGross", "set for the firm, not in a portfolio's limits: `est control firm limits`")],
        "SEC 15c3-5(c)(1)(i); RTS 6 (2017/589) art. 15(4)", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Lease.Headroom is not { } headroom) return null;
        var after = Exposure.Round(order.OthersWorst + order.After.Worst);
        var passed = order.Within(headroom - order.OthersWorst);
        return new RiskCheck(Code, after, headroom, state.BaseCurrency, passed, passed ? "" : "leased from the firm's limit; more is asked for");
    }
}
