using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Bookkeeping;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>What a run keeps of itself as JSON: decimals and 64-bit integers as strings, times in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, WriteIndented = true,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter), typeof(WordConverter<Side>), typeof(WordConverter<OrderType>), typeof(WordConverter<TimeInForce>)])]
[JsonSerializable(typeof(BacktestResult))]
[JsonSerializable(typeof(CheckpointHead))]
[JsonSerializable(typeof(ExcludedData))]
internal sealed partial class RunJson : JsonSerializerContext;
