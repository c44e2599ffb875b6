using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Domain.Backtests;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Clocks;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Strategies;

namespace EventSourcedTrading.Domain.Json;

/// <summary>
/// Events to and from JSON. Members are written in ordinal order and without optional white space, so what is written is already
/// RFC 8785 canonical and the log need not sort it again.
/// </summary>
public static class EventJson
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByAlias;
    private static readonly FrozenDictionary<Type, (string Alias, JsonTypeInfo Info)> ByType;
    [ThreadStatic] private static Utf8JsonWriter? writer;

    public static JsonSerializerOptions Options { get; } = CreateOptions();

    static EventJson()
    {
        var types = typeof(DomainEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DomainEvent)) && !t.IsAbstract).ToArray();
        ByType = types.ToFrozenDictionary(t => t, t => (JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name), Options.GetTypeInfo(t)));
        ByAlias = ByType.ToFrozenDictionary(p => p.Value.Alias, p => p.Value.Info);
    }

    /// <summary>Every event type, as <c>order_filled</c>.</summary>
    public static IEnumerable<string> Aliases => ByAlias.Keys;

    public static string AliasOf(DomainEvent @event) => ByType[@event.GetType()].Alias;

    public static string AliasOf<T>() where T : DomainEvent => ByType[typeof(T)].Alias;

    public static void Serialize(DomainEvent @event, IBufferWriter<byte> destination)
    {
        writer ??= new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.Reset(destination);
        JsonSerializer.Serialize(writer, @event, ByType[@event.GetType()].Info);
        writer.Flush();
    }

    public static byte[] Serialize(DomainEvent @event)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Serialize(@event, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">The JSON is not of that event's shape.</exception>
    /// <exception cref="UnknownEventTypeException">No event has that alias: the log was written by a newer version.</exception>
    public static DomainEvent Deserialize(string alias, ReadOnlySpan<byte> json) =>
        ByAlias.TryGetValue(alias, out var info)
            ? (DomainEvent)(JsonSerializer.Deserialize(json, info) ?? throw new JsonException($"{alias} must not be null"))
            : throw new UnknownEventTypeException(alias);

    private static JsonSerializerOptions CreateOptions() => new(EventJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = EventJsonContext.Default.WithAddedModifier(SortMembers),
    };

    private static void SortMembers(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object) return;
        var order = 0;
        foreach (var member in info.Properties.OrderBy(p => p.Name, StringComparer.Ordinal)) member.Order = order++;
    }
}

public sealed class UnknownEventTypeException(string alias)
    : Exception($"The log has an event of type '{alias}', which this version does not know. Run the version that wrote it, or a newer one.");

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter),
        typeof(SortedMapConverter<decimal>), typeof(SortedMapConverter<string>),
        typeof(SortedMapConverter<bool>), typeof(SortedMapConverter<SessionHours>), typeof(WordConverter<DayOfWeek>),
        typeof(WordConverter<Side>), typeof(WordConverter<OrderType>), typeof(WordConverter<TimeInForce>), typeof(WordConverter<OrderState>),
        typeof(WordConverter<ReportKind>), typeof(WordConverter<BreakKind>), typeof(WordConverter<BreakAction>),
        typeof(WordConverter<DecisionAction>), typeof(WordConverter<VotingMethod>), typeof(WordConverter<OverrideKind>), typeof(WordConverter<ViolationKind>),
        typeof(WordConverter<KillSwitchScope>), typeof(WordConverter<KillSwitchMode>), typeof(WordConverter<Role>)])]
[JsonSerializable(typeof(PortfolioOpened))]
[JsonSerializable(typeof(CashMoved))]
[JsonSerializable(typeof(PositionSplit))]
[JsonSerializable(typeof(DividendPaid))]
[JsonSerializable(typeof(BorrowFeeCharged))]
[JsonSerializable(typeof(RiskLimitsSet))]
[JsonSerializable(typeof(VotingPolicySet))]
[JsonSerializable(typeof(VotingPolicyCleared))]
[JsonSerializable(typeof(TradingDayOpened))]
[JsonSerializable(typeof(TradingHalted))]
[JsonSerializable(typeof(TradingResumed))]
[JsonSerializable(typeof(StrategyRegistered))]
[JsonSerializable(typeof(StrategyLoaded))]
[JsonSerializable(typeof(StrategyPaused))]
[JsonSerializable(typeof(StrategyResumed))]
[JsonSerializable(typeof(StrategyQuarantined))]
[JsonSerializable(typeof(StrategySuspended))]
[JsonSerializable(typeof(StrategyUnloaded))]
[JsonSerializable(typeof(IntentReceived))]
[JsonSerializable(typeof(IntentRefused))]
[JsonSerializable(typeof(DecisionMade))]
[JsonSerializable(typeof(DecisionOverridden))]
[JsonSerializable(typeof(RiskViolationDetected))]
[JsonSerializable(typeof(KillSwitchEngaged))]
[JsonSerializable(typeof(KillSwitchReleased))]
[JsonSerializable(typeof(DailyLossLimitReached))]
[JsonSerializable(typeof(DrawdownLimitReached))]
[JsonSerializable(typeof(ThrottleTripped))]
[JsonSerializable(typeof(ThrottleReleased))]
[JsonSerializable(typeof(BucketsReformed))]
[JsonSerializable(typeof(OrderApproved))]
[JsonSerializable(typeof(OrderBlocked))]
[JsonSerializable(typeof(OrderSubmissionAttempted))]
[JsonSerializable(typeof(OrderSubmitted))]
[JsonSerializable(typeof(OrderAcknowledged))]
[JsonSerializable(typeof(OrderPartiallyFilled))]
[JsonSerializable(typeof(OrderFilled))]
[JsonSerializable(typeof(OrderCancelRequested))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderReplaceRequested))]
[JsonSerializable(typeof(OrderCancelRefused))]
[JsonSerializable(typeof(OrderReplaceRefused))]
[JsonSerializable(typeof(OrderReplaced))]
[JsonSerializable(typeof(OrderRejected))]
[JsonSerializable(typeof(OrderExpired))]
[JsonSerializable(typeof(OrderInDoubt))]
[JsonSerializable(typeof(OrderAnomalyNoted))]
[JsonSerializable(typeof(CommandAuthorised))]
[JsonSerializable(typeof(CommandTurnedAway))]
[JsonSerializable(typeof(ApprovalRequested))]
[JsonSerializable(typeof(ApprovalGranted))]
[JsonSerializable(typeof(ApprovalDenied))]
[JsonSerializable(typeof(CommandAnswered))]
[JsonSerializable(typeof(KeyIssued))]
[JsonSerializable(typeof(KeyRevoked))]
[JsonSerializable(typeof(PersonForgotten))]
[JsonSerializable(typeof(NotaryKeyIntroduced))]
[JsonSerializable(typeof(NotaryKeyRotated))]
[JsonSerializable(typeof(FirmLimitsSet))]
[JsonSerializable(typeof(HeadroomLeased))]
[JsonSerializable(typeof(HeadroomReturned))]
[JsonSerializable(typeof(FirmKillSwitchEngaged))]
[JsonSerializable(typeof(FirmKillSwitchReleased))]
[JsonSerializable(typeof(FirmHeadroomSet))]
[JsonSerializable(typeof(ClockOffsetMeasured))]
[JsonSerializable(typeof(ExecutionReported))]
[JsonSerializable(typeof(BrokerReconciled))]
[JsonSerializable(typeof(BrokerLost))]
[JsonSerializable(typeof(RequestRehearsed))]
[JsonSerializable(typeof(HoldingFound))]
[JsonSerializable(typeof(CashFound))]
[JsonSerializable(typeof(ReconciliationRan))]
[JsonSerializable(typeof(BreakFound))]
[JsonSerializable(typeof(BreakResolved))]
[JsonSerializable(typeof(BreakResolutionOrdered))]
[JsonSerializable(typeof(BreakResolutionRefused))]
[JsonSerializable(typeof(VenueOpened))]
[JsonSerializable(typeof(VenueClosed))]
[JsonSerializable(typeof(HoldingAdopted))]
[JsonSerializable(typeof(BacktestStarted))]
[JsonSerializable(typeof(BacktestCompleted))]
[JsonSerializable(typeof(InputsRecorded))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
