using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>An order before it exists, as the rules see it.</summary>
/// <param name="Price">What the checks reckon with, in the instrument's currency; zero if no price is known.</param>
public readonly record struct OrderUnderTest(OrderTerms Terms, IReadOnlyList<Allocation> Allocation, InstrumentBook Book, decimal Price)
{
    public decimal Buys => Terms.Side == Side.Buy ? Terms.Quantity : 0m;
    public decimal Sells => Terms.Side == Side.Sell ? Terms.Quantity : 0m;

    /// <summary>True if the order can only bring the position nearer to zero, whatever open orders do.</summary>
    public bool OnlyReduces => Book.OnlyReduces(Terms.Side, Terms.Quantity);
}
