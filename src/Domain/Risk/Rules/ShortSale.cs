using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>How far an order could bring a position below zero, where the instrument must not be sold short.</summary>
public static class ShortSale
{
    public const string Code = "SHORT_SALE";

    public static readonly RiskRule Rule = new(
        Code, "Short-sale permission", "Selling what the desk neither has nor has located.",
        "Units by which the position would be short if every open sell and this order were filled, exits that give way to it left out; zero for a buy. Where short sales are not allowed none may be; where they are, nothing is recorded.",
        "units of the instrument",
        [new("shortSales", "per instrument: true where it may be sold short"), new("defaultShortSale", "for instruments that are not named; allowed if not set")],
        "SEC Regulation SHO, Rule 203(b)(1); Regulation (EU) 236/2012 art. 12", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (!order.Book.Limits.NoShortSale) return null;
        var below = Below(order);
        return new RiskCheck(Code, below, 0m, "units", below == 0m, below == 0m ? "" : $"{order.Terms.Instrument} must not be sold short");
    }

    /// <summary>Units by which the position would be short if every open sell and this order were filled; zero for a buy.</summary>
    internal static decimal Below(in OrderUnderTest order) =>
        order.Terms.Side == Side.Buy ? 0m : Math.Max(0m, order.Beside + order.Adds - order.Book.Position.Quantity);
}
