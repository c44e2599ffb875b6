using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Fixtures;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What replays print and store for programs: numbers as strings, as in events.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter), typeof(WordConverter<DecisionAction>), typeof(WordConverter<OrderState>)])]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(WhatIfResult))]
[JsonSerializable(typeof(DecisionDifference))]
[JsonSerializable(typeof(FixtureVerdict[]))]
internal sealed partial class ReplayJson : JsonSerializerContext;
