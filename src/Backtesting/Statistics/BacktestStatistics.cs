using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Backtesting.Statistics;

/// <summary>A backtest in numbers.</summary>
/// <param name="Run">All of it.</param>
/// <param name="Agents">By agent, of its own share of the fills, in the order of names.</param>
/// <param name="Policies">By voting policy, in the order of names; empty if there was but one.</param>
public sealed record BacktestStatistics(
    PerformanceStatistics Run, SortedDictionary<string, PerformanceStatistics> Agents, SortedDictionary<string, PerformanceStatistics> Policies)
{
    /// <summary>Decimals as strings, ratios as numbers, times in UTC, durations as <c>d.hh:mm:ss</c>; null is left out. Equal statistics are equal bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatisticsJson.Default.BacktestStatistics);

    /// <exception cref="JsonException">It is not the JSON of statistics.</exception>
    public static BacktestStatistics FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StatisticsJson.Default.BacktestStatistics) ?? throw new JsonException("the statistics are null; give the object that ToJson wrote");

    /// <summary>A map whose order does not depend on the machine's language.</summary>
    public static SortedDictionary<string, PerformanceStatistics> Groups() => new(StringComparer.Ordinal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    Converters = [typeof(DecimalConverter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(BacktestStatistics))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
