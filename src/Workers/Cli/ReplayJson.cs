using System.Text.Json.Serialization;
using EventSourcedTrading.Backtesting.Fixtures;
using EventSourcedTrading.Backtesting.Replaying;
using EventSourcedTrading.Backtesting.WhatIf;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What replays print and store for programs, and the files that what-if reads: numbers as strings, as in events.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter), typeof(WordConverter<DecisionAction>), typeof(WordConverter<OrderState>),
        typeof(WordConverter<VotingMethod>), typeof(WordConverter<DayOfWeek>)])]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(WhatIfResult))]
[JsonSerializable(typeof(DecisionDifference))]
[JsonSerializable(typeof(RiskLimits))]
[JsonSerializable(typeof(VotingPolicy))]
[JsonSerializable(typeof(FixtureVerdict[]))]
internal sealed partial class ReplayJson : JsonSerializerContext;
