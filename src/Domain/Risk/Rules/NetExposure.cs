using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Longs less shorts of the whole portfolio, either way, in base currency: if every open buy were filled and no sell, or the other
/// way round, whichever is larger. Closing one leg of a hedge passes, though it carries the net further: a way down must stay open.
/// </summary>
public static class NetExposure
{
    public const string Code = "NET_EXPOSURE";

    public static readonly RiskRule Rule = new(
        Code, "Net exposure", "A bet on the direction of the whole market.",
        "The larger of |Σ (position + open buys) × unit| and |Σ (position − open sells) × unit|, this order at its price. It may reach the limit. What only reduces its own position, or adds nothing, passes.",
        "base currency", [new("maxNetExposure", "amount, zero or more")],
        "SEC 15c3-5(c)(1)(i); Regulation (EU) 231/2013 art. 8, commitment method", RuleScope.Portfolio, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (state.Limits.MaxNetExposure is not { } limit) return null;
        var total = state.TotalExposure();
        var (high, low) = (total.High - order.Held.High, total.Low - order.Held.Low);
        var after = Larger(high + order.After.High, low + order.After.Low);
        var passed = after <= limit || order.OnlyReduces || after <= Larger(high + order.Before.High, low + order.Before.Low);
        return new RiskCheck(Code, Exposure.Round(after), limit, state.BaseCurrency, passed, passed ? "" : "longs less shorts, open orders at their worst");
    }

    private static decimal Larger(decimal high, decimal low) => Math.Max(Math.Abs(high), Math.Abs(low));
}
