using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Book;
using EventSourcedTrading.Projections.Strategies;

namespace EventSourcedTrading.Api.Http;

/// <summary>JSON as it goes in and out: decimals and 64-bit integers as strings, times as UTC, enums as words, unknown members refused.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = InputJson.FromOutside(ApiJsonContext.Default);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.MaxDepth = 16;
        options.Converters.Add(new WordConverter<Role>());
        options.Converters.Add(new WordConverter<CommandOutcome>());
        options.Converters.Add(new WordConverter<TradingState>());
        options.Converters.Add(new WordConverter<StrategyState>());
        options.Converters.Add(new WordConverter<BreakResolution>());
        options.MakeReadOnly();
        return options;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WhyBody))]
[JsonSerializable(typeof(LimitsBody))]
[JsonSerializable(typeof(PolicyBody))]
[JsonSerializable(typeof(InstrumentBody))]
[JsonSerializable(typeof(ResolveBreakBody))]
[JsonSerializable(typeof(OverrideBody))]
[JsonSerializable(typeof(EngageBody))]
[JsonSerializable(typeof(ReleaseBody))]
[JsonSerializable(typeof(FirmLimitsBody))]
[JsonSerializable(typeof(FirmEngageBody))]
[JsonSerializable(typeof(SetFirmLimits))]
[JsonSerializable(typeof(EngageFirmKillSwitch))]
[JsonSerializable(typeof(ReleaseFirmKillSwitch))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(IReadOnlyList<PortfolioSummary>))]
[JsonSerializable(typeof(PortfolioStatus))]
[JsonSerializable(typeof(FirmStatus))]
[JsonSerializable(typeof(IReadOnlyList<ApprovalRequested>))]
[JsonSerializable(typeof(History<CommandEntry>))]
[JsonSerializable(typeof(History<CommandTurnedAway>))]
[JsonSerializable(typeof(IReadOnlyList<ApiKeyView>))]
[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditEvent))]
[JsonSerializable(typeof(CausalTree))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
