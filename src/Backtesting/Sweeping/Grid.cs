using EventSourcedTrading.Backtesting.Running;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>One choice of a value for each axis.</summary>
/// <param name="Number">Its place in the grid, from 1.</param>
/// <param name="Name">For people, such as <c>ma-cross.fast=5 ma-cross.slow=20</c>; no two of a grid have the same.</param>
/// <param name="Values">In the order of the axes.</param>
public sealed record Combination(int Number, string Name, IReadOnlyList<string> Values);

/// <summary>All combinations of the values of some axes.</summary>
public static class Grid
{
    public const int MaxAxes = 12, MaxCombinations = 10_000;

    /// <summary>As an odometer counts: the last axis turns fastest.</summary>
    /// <exception cref="RunException">No axis, too many, one named twice, or more than <see cref="MaxCombinations"/>.</exception>
    public static IReadOnlyList<Combination> Combinations(IReadOnlyList<GridAxis> axes)
    {
        if (axes.Count is 0 or > MaxAxes) throw new RunException($"--grid is given {axes.Count} times; give it 1 to {MaxAxes} times, once for each setting that is to vary.");
        if (axes.GroupBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice) throw new RunException($"--grid {twice.Key} is given twice; put all its values into one.");
        var count = axes.Aggregate(1m, (n, axis) => n * axis.Values.Count);
        if (count > MaxCombinations)
            throw new RunException($"The grid has {count:#,0} combinations ({string.Join(" × ", axes.Select(a => $"{a.Values.Count} of {a.Name}"))}); at most {MaxCombinations:#,0} are run. Take fewer values or wider steps.");
        return [.. Enumerable.Range(0, (int)count).Select(i => At(axes, i))];
    }

    private static Combination At(IReadOnlyList<GridAxis> axes, int index)
    {
        var values = new string[axes.Count];
        var rest = index;
        for (var axis = axes.Count - 1; axis >= 0; axis--)
        {
            (rest, var place) = Math.DivRem(rest, axes[axis].Values.Count);
            values[axis] = axes[axis].Values[place];
        }

        return new Combination(index + 1, string.Join(' ', axes.Zip(values, (axis, value) => $"{axis.Name}={value}")), values);
    }
}
