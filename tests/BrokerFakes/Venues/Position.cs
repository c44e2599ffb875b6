namespace EventSourcedTrading.BrokerFakes.Venues;

/// <summary>A position at average cost.</summary>
/// <param name="Quantity">Signed: below 0 is short.</param>
/// <param name="AveragePrice">What a unit cost on entry; 0 when flat.</param>
/// <param name="Realized">Profit of what was closed, without fees.</param>
public sealed record Position(string Symbol, decimal Quantity, decimal AveragePrice, decimal Realized)
{
    public decimal CostBasis => Quantity * AveragePrice;

    /// <summary>The position behind a trade of <paramref name="signed"/> units. What reduces it realises profit, what turns it enters anew.</summary>
    public Position After(decimal signed, decimal price)
    {
        var quantity = Quantity + signed;
        if (Quantity == 0 || Math.Sign(Quantity) == Math.Sign(signed))
            return this with { Quantity = quantity, AveragePrice = (CostBasis + (signed * price)) / quantity };
        var closed = Math.Min(Math.Abs(signed), Math.Abs(Quantity)) * Math.Sign(Quantity);
        var average = quantity == 0 ? 0 : Math.Sign(quantity) == Math.Sign(Quantity) ? AveragePrice : price;
        return this with { Quantity = quantity, AveragePrice = average, Realized = Realized + (closed * (price - AveragePrice)) };
    }
}
