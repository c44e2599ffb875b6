namespace EventSourcedTrading.Domain.Orders;

/// <summary>How far behind the market a trailing stop follows: by an amount or by a share, exactly one of them. FIX has it as a trailing stop peg (ExecInst a).</summary>
/// <param name="Amount">In the instrument's currency, above zero, whole ticks.</param>
/// <param name="Percent">Of the price that it follows, above 0 and below 100.</param>
public sealed record Trail(decimal? Amount = null, decimal? Percent = null)
{
    /// <summary>The distance at a price, not yet in whole ticks.</summary>
    public decimal From(decimal price) => Amount ?? price * Percent.GetValueOrDefault() / 100m;
}
