using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>Blocks an entry whose exits would trade as soon as it is filled: a slip, or a market that has run away.</summary>
public static class BracketSides
{
    public const string Code = "BRACKET_SIDES";

    public static readonly RiskRule Rule = new(
        Code, "Exits on their sides", "An entry that is closed at once by its own exits.",
        "Exits of the order's bracket that are not on their side of the entry: the take profit better than it, the stop loss worse. The entry is the order's limit, else its stop, else the far side of the quote. There may be none; for an order without a bracket the rule says nothing.",
        "exits", [], "SEC 15c3-5(c)(1)(ii), erroneous orders", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Terms.Bracket is not { } bracket) return null;
        var entry = order.Terms.LimitPrice ?? order.Terms.StopPrice ?? order.Book.Market.PriceFor(order.Terms.Side);
        var wrong = entry > 0m ? bracket.WrongSide(order.Terms.Side, entry) : 0;
        return new RiskCheck(Code, wrong, 0m, "exits", wrong == 0, wrong == 0 ? "" : $"entry at {DecimalText.Format(entry)}, take profit {Text(bracket.TakeProfit)}, stop loss {Text(bracket.StopLoss)}");
    }

    private static string Text(decimal? price) => price is { } p ? DecimalText.Format(p) : "none";
}
