namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>
/// How far the chosen value moves from window to window. What holds in the market holds for a while; a choice that moves as if lots were
/// drawn was made by noise.
/// </summary>
/// <param name="MeanMove">Places of the axis, values by size; for words 1 where it changed. Null below two windows.</param>
/// <param name="DrawnByLot">What <paramref name="MeanMove"/> would be of independent draws: (n² − 1) / 3n places of n numbers, (n − 1) / n for words.</param>
/// <param name="Warning">Null if nothing speaks against it, or with fewer than <see cref="LeastWindows"/> windows or two values.</param>
public sealed record AxisStability(string Name, double? MeanMove, double DrawnByLot, string? Warning)
{
    public const int LeastWindows = 4;

    /// <summary>Share of <see cref="DrawnByLot"/> from which a choice is said to jump about. A rule of ours, not of the literature.</summary>
    public const double JumpsFrom = 0.75;

    /// <param name="chosen">The values in the order of the windows.</param>
    public static AxisStability Of(GridAxis axis, IReadOnlyList<string> chosen)
    {
        var (places, n) = (axis.Places(), axis.Values.Count);
        double byLot = places is null ? (n - 1.0) / n : ((n * (double)n) - 1) / (3.0 * n);
        if (chosen.Count < 2) return new AxisStability(axis.Name, null, byLot, null);
        var moved = chosen.Zip(chosen.Skip(1), (a, b) => places is null ? (a == b ? 0 : 1) : Math.Abs(places[a] - places[b])).Average();
        var warning = chosen.Count < LeastWindows || n < 2 || moved < JumpsFrom * byLot ? null
            : FormattableString.Invariant($"{axis.Name} jumps about: from window to window the chosen value moves by {moved:0.0} of its {n} places, and drawn by lot it would by {byLot:0.0}");
        return new AxisStability(axis.Name, moved, byLot, warning);
    }
}
