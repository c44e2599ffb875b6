using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A fill as trade statistics need it. Price and fee are in the currency of the portfolio.</summary>
/// <param name="Quantity">Signed, not zero: positive is bought.</param>
/// <param name="Price">Of one unit.</param>
/// <param name="Fee">Positive is paid, negative is a rebate.</param>
/// <param name="Multiplier">Of the contract, positive; 1 for shares.</param>
public readonly record struct TradeFill(Timestamp At, string Instrument, decimal Quantity, decimal Price, decimal Fee = 0m, decimal Multiplier = 1m)
{
    /// <summary>Beyond it a price, positive or negative, is a mistake.</summary>
    public const decimal MaxPrice = 1e9m;

    /// <summary>What is wrong with the fill by itself; null if nothing is.</summary>
    public string? Validate() =>
        Quantity == 0m ? $"Quantity of the fill of {Instrument} at {At} must not be 0; leave it out."
        : Multiplier <= 0m ? $"Multiplier {Multiplier} of {Instrument} must be positive; give 1 for shares."
        : Math.Abs(Price) > MaxPrice ? $"Price {Price} of {Instrument} at {At} must be between -1e9 and 1e9."
        // As doubles, since the product that is too large is what is looked for.
        : Math.Abs((double)Quantity * (double)Multiplier) * Math.Max(1, Math.Abs((double)Price)) > (double)EquityPoint.MaxAmount
            ? $"Quantity {Quantity} x Price {Price} x Multiplier {Multiplier} of {Instrument} at {At} must be at most 1e18, and so must the quantity alone."
        : Math.Abs(Fee) > EquityPoint.MaxAmount ? $"Fee {Fee} of {Instrument} at {At} must be between -1e18 and 1e18."
        : null;
}
