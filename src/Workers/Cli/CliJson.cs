using System.Text.Json.Serialization;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Verifying;
using EventSourcedTrading.Workers.Demo;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What commands print for programs.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(WordConverter<ProjectionState>), typeof(WordConverter<AuditFaultKind>), typeof(WordConverter<RowDifferenceKind>)])]
[JsonSerializable(typeof(IssuedKey))]
[JsonSerializable(typeof(IReadOnlyList<PersonView>))]
[JsonSerializable(typeof(PersonView))]
[JsonSerializable(typeof(ForgottenPerson))]
[JsonSerializable(typeof(Rekeyed))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Verdict))]
[JsonSerializable(typeof(ProofWritten))]
[JsonSerializable(typeof(ListedReport[]))]
[JsonSerializable(typeof(WrittenReport))]
[JsonSerializable(typeof(DemoFigures))]
[JsonSerializable(typeof(BacktestSummary))]
[JsonSerializable(typeof(BrokerCheck))]
[JsonSerializable(typeof(BrokerBreak[]))]
[JsonSerializable(typeof(IReadOnlyList<ProjectionStatus>))]
internal sealed partial class CliJson : JsonSerializerContext;
