namespace EventSourcedTrading.Domain.Orders;

/// <summary>
/// Exits that follow an entry once it has ended with something filled (FIX ContingencyType, tag 1385: 2, one triggers the other). Where there are
/// two they are a pair of which one cancels the other (1). At least one of the first two; whole ticks.
/// </summary>
/// <param name="TakeProfit">Limit of an exit at a gain: above the entry for a buy, below it for a sale.</param>
/// <param name="StopLoss">Stop of an exit at a loss: below the entry for a buy, above it for a sale.</param>
/// <param name="StopLossLimit">What the exit at a loss takes at worst, at or beyond its stop; null to work as a market order once it is set off.</param>
public sealed record Bracket(decimal? TakeProfit = null, decimal? StopLoss = null, decimal? StopLossLimit = null)
{
    /// <summary>Exits that would trade at once were the market at this price: on the wrong side of it, or there.</summary>
    public int WrongSide(Side side, decimal price) =>
        (TakeProfit is { } take && side.Sign() * (take - price) <= 0m ? 1 : 0) + (StopLoss is { } stop && side.Sign() * (price - stop) <= 0m ? 1 : 0);
}
