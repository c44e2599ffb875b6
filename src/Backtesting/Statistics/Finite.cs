namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A statistic that overflows is undefined, as one that divides by zero is.</summary>
internal static class Finite
{
    public static double? OrNull(double value) => double.IsFinite(value) ? value : null;
}
