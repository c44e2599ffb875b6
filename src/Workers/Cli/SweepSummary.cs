using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What came out of a sweep, for programs; sweep.json has all of it.</summary>
/// <param name="WasThere">It had been run before; nothing was done.</param>
/// <param name="Combinations">That were run on the same data.</param>
/// <param name="Ranking">The first of them; of walk-forward the best of each window.</param>
/// <param name="OutOfSample">Of walk-forward.</param>
internal sealed record SweepSummary(
    string Id, string Folder, string DataHash, string PlanHash, string CodeVersion, bool WasThere, long Combinations, int LeftOut, IReadOnlyList<string> Warnings, IReadOnlyList<SweepTrial> Ranking,
    IReadOnlyList<WindowOutcome>? Windows, SweepOutOfSample? OutOfSample)
{
    public static SweepSummary Of(SweepResult r, string folder, bool wasThere, int top) => new(
        r.Id, folder, r.DataHash, r.PlanHash, r.CodeVersion, wasThere, r.Ranking.DistinctBy(t => t.Name, StringComparer.Ordinal).Count(), r.Plan.LeftOut.Count, r.Warnings,
        [.. r.Ranking.Where(t => t.Window is null || t.Rank == 1).Take(top)], r.WalkForward?.Windows.Take(top).ToList(), r.WalkForward is { } f ? SweepOutOfSample.Of(f) : null);
}

/// <summary>See <see cref="WalkForward"/>; shares and ratios as numbers.</summary>
internal sealed record SweepOutOfSample(
    double? TrainReturn, double? TestReturn, double? ReturnEfficiency, double? TrainSharpe, double? Sharpe, double? ProbabilisticSharpe, double? SharpeEfficiency, double? TotalReturn, double MaxDrawdown,
    IReadOnlyList<AxisStability> Stability)
{
    public static SweepOutOfSample Of(WalkForward f) => new(
        f.TrainReturn, f.TestReturn, f.ReturnEfficiency, f.TrainSharpe, f.OutOfSample.Sharpe, f.OutOfSample.ProbabilisticSharpe, f.SharpeEfficiency, f.OutOfSample.TotalReturn, f.OutOfSample.Drawdown.Depth, f.Stability);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(SweepSummary))]
internal sealed partial class SweepSummaryJson : JsonSerializerContext;
