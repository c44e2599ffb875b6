using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Brokers;

/// <summary>What an account at a broker can do. It is on record with every <see cref="VenueOpened"/>, so risk, agents and replays read the same.</summary>
/// <param name="SmallestQuantity">Smallest step of a quantity; 1 where fractions are not traded.</param>
/// <param name="Replaces">False where an order can only be cancelled and sent anew.</param>
/// <param name="MaxOrderIdLength">Longest client order id that the broker takes.</param>
/// <param name="ThroughZero">May one order carry a position from long to short, or back? Alpaca takes two for that.</param>
public sealed record BrokerCapabilities(
    IReadOnlyList<OrderType> OrderTypes, IReadOnlyList<TimeInForce> TimesInForce, decimal SmallestQuantity, bool Shorting, bool ExtendedHours, bool Replaces, int MaxOrderIdLength,
    bool ThroughZero = true)
{
    /// <summary>Why an order cannot be sent there, with field, value and rule; null if it can.</summary>
    public string? Refuses(OrderTerms terms)
    {
        if (!OrderTypes.Contains(terms.OrderType)) return $"orderType {terms.OrderType} must be one of {string.Join(", ", OrderTypes)}";
        if (!TimesInForce.Contains(terms.TimeInForce)) return $"timeInForce {terms.TimeInForce} must be one of {string.Join(", ", TimesInForce)}";
        if (terms.Quantity <= 0m || terms.Quantity % SmallestQuantity != 0m) return $"quantity {terms.Quantity} must be a multiple of {SmallestQuantity}";
        if (terms.Bracket is not null) return "bracket must be left out: exits are kept by the engine, at simulated venues alone";
        return terms.OrderId.Length > MaxOrderIdLength ? $"orderId '{terms.OrderId}' must have at most {MaxOrderIdLength} characters" : null;
    }
}
