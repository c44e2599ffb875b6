namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>
/// A holding of one instrument at average cost. The whole cost is kept rather than the average, so that nothing is lost to the
/// division: cash + cost = opening cash + realised − fees holds to the last digit.
/// </summary>
public sealed class Position
{
    /// <summary>Digits after the point to which the cost of a partly closed position is split.</summary>
    public const int CostDigits = 10;

    /// <summary>Signed: negative is short.</summary>
    public decimal Quantity { get; set; }

    /// <summary>Signed like the quantity: what was paid for a long, minus what was received for a short. Instrument's currency.</summary>
    public decimal Cost { get; set; }

    /// <summary>Before fees, since the portfolio was opened; dividends included.</summary>
    public decimal Realised { get; set; }

    /// <summary>Of trades and of borrowing.</summary>
    public decimal Fees { get; set; }

    public Position Copy() => new() { Quantity = Quantity, Cost = Cost, Realised = Realised, Fees = Fees };

    public decimal AveragePrice(decimal multiplier) => Quantity == 0m ? 0m : Cost / Quantity / multiplier;

    public decimal Unrealised(decimal mark, decimal multiplier) => (Quantity * mark * multiplier) - Cost;

    /// <summary>Books an execution. Through zero it closes the old side first and opens the new one with the rest.</summary>
    /// <param name="signedQuantity">Positive for a buy.</param>
    /// <returns>The profit that it realised, before the fee.</returns>
    public decimal Book(decimal signedQuantity, decimal price, decimal multiplier, decimal fee)
    {
        Fees += fee;
        (Quantity, Cost, var realised) = After(Quantity, Cost, signedQuantity, price, multiplier);
        Realised += realised;
        return realised;
    }

    /// <summary>What an execution makes of a holding, without booking it.</summary>
    public static (decimal Quantity, decimal Cost, decimal Realised) After(decimal quantity, decimal cost, decimal signedQuantity, decimal price, decimal multiplier)
    {
        var realised = 0m;
        var unit = price * multiplier;
        if (quantity != 0m && decimal.Sign(quantity) != decimal.Sign(signedQuantity))
        {
            var closing = Math.Min(Math.Abs(signedQuantity), Math.Abs(quantity)) * decimal.Sign(signedQuantity);
            var costOfClosed = closing == -quantity ? cost : Math.Round(cost * (closing / -quantity), CostDigits);
            realised = (-closing * unit) - costOfClosed;
            quantity += closing;
            cost -= costOfClosed;
            signedQuantity -= closing;
        }

        return (quantity + signedQuantity, cost + (signedQuantity * unit), realised);
    }
}
