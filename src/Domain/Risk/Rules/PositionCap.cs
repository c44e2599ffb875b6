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

    public static RiskCheck Check(in OrderUnderTest order, RiskLimits limits)
    {
        var book = order.Book;
        var after = order.Terms.Side == Side.Buy
            ? book.Position.Quantity + book.OpenBuy + order.Terms.Quantity
            : book.OpenSell + order.Terms.Quantity - book.Position.Quantity;
        var cap = limits.PositionCapOf(order.Terms.Instrument);
        var value = Math.Max(0m, after);
        return new RiskCheck(Code, value, cap, "units", cap is null || value <= cap,
            $"position {DecimalText.Format(book.Position.Quantity)}, open buys {DecimalText.Format(book.OpenBuy)}, open sells {DecimalText.Format(book.OpenSell)}");
    }
}
