using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Running;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <param name="Name">Of a combination.</param>
/// <param name="Reason">Why it is not run.</param>
public sealed record LeftOut(string Name, string Reason);

/// <summary>What a sweep consists of, settled before anything is run.</summary>
/// <param name="Combinations">Those that can be run, in the order of the grid.</param>
/// <param name="LeftOut">Those that a strategy, the venue or a rule of the portfolio refuses.</param>
/// <param name="WalkForward">Null for one run of each combination over all the data.</param>
/// <param name="Windows">Of <paramref name="WalkForward"/>; empty without.</param>
public sealed record SweepPlan(
    IReadOnlyList<GridAxis> Axes, [property: JsonIgnore] IReadOnlyList<Combination> Combinations, IReadOnlyList<LeftOut> LeftOut, WalkForwardRule? WalkForward, IReadOnlyList<Window> Windows)
{
    public const int MaxRuns = 10_000;

    /// <summary>Each combination in each train period, and the best of each in its test period.</summary>
    [JsonIgnore]
    public long Runs => Windows.Count == 0 ? Combinations.Count : Windows.Count * (Combinations.Count + 1L);

    /// <param name="refuses">Why a combination cannot be run; null if it can.</param>
    /// <exception cref="RunException">No combination can be run, or a value is in none that can.</exception>
    public static SweepPlan Of(IReadOnlyList<GridAxis> axes, Func<Combination, string?> refuses)
    {
        var (able, refused) = (new List<Combination>(), new List<(Combination Combination, string Reason)>());
        foreach (var combination in Grid.Combinations(axes))
        {
            if (refuses(combination) is { } reason) refused.Add((combination, reason));
            else able.Add(combination);
        }

        if (able.Count == 0) throw new RunException($"No combination of the grid can be run. {refused[0].Combination.Name}: {refused[0].Reason.TrimEnd('.')}.");
        // A value that nothing goes with is a slip of the pen: said now, and not found out from a table that lacks it.
        foreach (var (i, axis) in axes.Index())
            foreach (var value in axis.Values)
                if (!able.Exists(c => c.Values[i] == value))
                    throw new RunException($"--grid {axis.Name}={value} cannot be run in any combination: {refused.First(r => r.Combination.Values[i] == value).Reason.TrimEnd('.')}.");
        return new SweepPlan(axes, able, [.. refused.Select(r => new LeftOut(r.Combination.Name, r.Reason))], null, []);
    }

    /// <exception cref="RunException">There would be more than <see cref="MaxRuns"/> runs.</exception>
    public SweepPlan Checked() => Runs <= MaxRuns ? this
        : throw new RunException($"The sweep has {Runs:#,0} runs ({Combinations.Count:#,0} combinations in each of {Windows.Count:#,0} windows, and the best of each in its test); at most {MaxRuns:#,0} are run. Take fewer values, or a longer --step.");

    /// <summary>What a sweep follows from, for its identity: the plan, and the configuration that it varies.</summary>
    /// <param name="configuration">JSON as UTF-8.</param>
    public byte[] ToJson(ReadOnlySpan<byte> configuration)
    {
        using var to = new MemoryStream();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WritePropertyName("configuration");
            json.WriteRawValue(configuration);
            json.WritePropertyName("plan");
            JsonSerializer.Serialize(json, this, SweepJson.Default.SweepPlan);
            json.WriteEndObject();
        }

        return to.ToArray();
    }
}
