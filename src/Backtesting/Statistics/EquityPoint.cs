using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>One valuation of a book. All amounts are in the currency of the portfolio.</summary>
/// <param name="At">Never before the point that came last.</param>
/// <param name="Equity">Cash and positions at market.</param>
/// <param name="Flow">
/// Cash that came in (positive) or went out (negative) since the last point, and is in <paramref name="Equity"/> already. It counts as
/// moved at the very moment of this point, so for an exact return value the book when cash moves. That of the first point is not looked at.
/// </param>
/// <param name="Gross">Sum of the absolute market values of the positions, not negative.</param>
/// <param name="Traded">Sum of the absolute values of the fills since the last point, not negative.</param>
public readonly record struct EquityPoint(Timestamp At, decimal Equity, decimal Flow = 0m, decimal Gross = 0m, decimal Traded = 0m)
{
    /// <summary>Beyond it an amount is a mistake, and below it no sum of a run can overflow.</summary>
    public const decimal MaxAmount = 1e18m;

    /// <summary>What is wrong with the point by itself; null if nothing is.</summary>
    public string? Validate() =>
        Outside(Equity, -MaxAmount) ? Wrong(nameof(Equity), Equity, $"between -1e18 and 1e18")
        : Outside(Flow, -MaxAmount) ? Wrong(nameof(Flow), Flow, "between -1e18 and 1e18")
        : Outside(Gross, 0m) ? Wrong(nameof(Gross), Gross, "between 0 and 1e18; give the sum of absolute values")
        : Outside(Traded, 0m) ? Wrong(nameof(Traded), Traded, "between 0 and 1e18; give the sum of absolute values")
        : null;

    private static bool Outside(decimal amount, decimal least) => amount < least || amount > MaxAmount;

    private string Wrong(string field, decimal value, string rule) => $"{field} {value} at {At} must be {rule}.";
}
