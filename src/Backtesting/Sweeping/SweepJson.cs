using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Json;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary>What a sweep keeps of itself: decimals and 64-bit integers as strings, ratios as numbers, times in UTC; what has no value is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, WriteIndented = true, Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(SweepPlan))]
[JsonSerializable(typeof(SweepBegun))]
[JsonSerializable(typeof(SweepResult))]
internal sealed partial class SweepJson : JsonSerializerContext;
