using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest position per instrument, in its units, reckoned as if every open order on the same side were filled. A sell cannot
/// make a long position too long, so only the side that the order pushes to is looked at.
/// </summary>
public static class PositionCap
{
    public const string Code = "POSITION_CAP";

    public static readonly RiskRule Rule = new(
        Code, "Position cap", "A position too large to get out of.",
        "The position if every open order on the order's side, and the order, were filled, in the direction of the order; exits that give way to it are left out. It may reach the cap.",
        "units of the instrument",
        [new("positionCaps", "per instrument"), new("defaultPositionCap", "for instruments that have none of their own")],
        "RTS 6 (2017/589) art. 15(4); FIA 2024, maximum intraday position", RuleScope.Instrument, Check);

    public static RiskCheck? Check(in OrderUnderTest order, PortfolioState state)
    {
        if (order.Book.Limits.PositionCap is not { } cap) return null;
        var book = order.Book;
        var after = order.Terms.Side == Side.Buy
            ? book.Position.Quantity + order.Beside + order.Adds
            : order.Beside + order.Adds - book.Position.Quantity;
        var value = Math.Max(0m, after);
        return value <= cap
            ? new RiskCheck(Code, value, cap, "units", true, "")
            : new RiskCheck(Code, value, cap, "units", false,
                $"position {DecimalText.Format(book.Position.Quantity)}, open buys {DecimalText.Format(book.OpenBuy)}, open sells {DecimalText.Format(book.OpenSell)}");
    }
}
