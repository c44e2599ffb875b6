using System.Globalization;
using EventSourcedTrading.Workers.Cli;

namespace EventSourcedTrading.Bench.Measuring;

/// <param name="RatioTo">The yardstick, measured in the same run: absolute figures of a shared machine say little.</param>
public sealed record Measurement(string Name, double Value, string Unit, string? RatioTo = null, double? Ratio = null);

/// <summary>What was measured so far.</summary>
public sealed class Results(string? only)
{
    private readonly List<Measurement> all = [];

    public IReadOnlyList<Measurement> All => all;

    /// <summary>Was this asked for? A bench may leave out what was not.</summary>
    public bool Wants(string name) => only is null || name.StartsWith(only, StringComparison.Ordinal);

    public void Add(string name, double value, string unit, string? ratioTo = null, double? yardstick = null)
    {
        var measurement = new Measurement(name, Math.Round(value, 3), unit, ratioTo, yardstick is { } y ? Math.Round(value / y, 3) : null);
        all.Add(measurement);
        Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {measurement.Value:#,0.###} {unit}{(measurement.Ratio is { } r ? $", {r:0.00} of {ratioTo}" : "")}"));
    }

    public static void Say(string what) => Terminal.Note(what);
}
