using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.Domain.Engine;

/// <summary>Inputs as the tape keeps them: a word for the kind, and the input itself as JSON.</summary>
public static class InputJson
{
    public static string KindOf(Input input) => input switch
    {
        SignalInput => "signal",
        IntentInput => "intent",
        MalformedInput => "malformed",
        ProgressInput => "progress",
        DeadlineInput => "deadline",
        CommandInput => "command",
        ReportInput => "report",
        VenueInput => "venue",
        FirmInput => "firm",
        AgentFailedInput => "agentFailed",
        ContinueInput => "continue",
        _ => throw new ArgumentException($"{input.GetType().Name} has no place on the tape", nameof(input)),
    };

    public static void Write(Utf8JsonWriter writer, Input input)
    {
        if (input is SignalInput signal)
        {
            Span<byte> text = stackalloc byte[SignalJson.MaxWrittenBytes];
            writer.WriteRawValue(text[..SignalJson.Write(text, signal.Signal)], skipInputValidation: true);
            return;
        }

        JsonSerializer.Serialize(writer, input, InfoOf(KindOf(input)));
    }

    public static Input Read(string kind, JsonElement data)
    {
        if (kind != "signal") return (Input)JsonSerializer.Deserialize(data, InfoOf(kind))!;
        return ReadSignal(data);
    }

    /// <summary>The same from a file that people write: whatever may not be null must be there.</summary>
    /// <exception cref="JsonException">Not an input of that kind; the message names the field.</exception>
    public static Input ReadFromOutside(string kind, JsonElement data) => kind == "signal" ? ReadSignal(data)
        : (Input?)JsonSerializer.Deserialize(data, Outside.GetTypeInfo(InfoOf(kind).Type)) ?? throw new JsonException($"{kind} must not be null");

    private static SignalInput ReadSignal(JsonElement data)
    {
        var reading = SignalJson.Read(JsonMarshal.GetRawUtf8Value(data));
        return new SignalInput(reading.Signal ?? throw new JsonException(reading.Error));
    }

    private static JsonTypeInfo InfoOf(string kind) => kind switch
    {
        "intent" => Intents,
        "progress" => Progress,
        _ => Context.GetTypeInfo(kind switch
        {
            "malformed" => typeof(MalformedInput),
            "deadline" => typeof(DeadlineInput),
            "command" => typeof(CommandInput),
            "report" => typeof(ReportInput),
            "venue" => typeof(VenueInput),
            "firm" => typeof(FirmInput),
            "agentFailed" => typeof(AgentFailedInput),
            "continue" => typeof(ContinueInput),
            _ => throw new JsonException($"'{kind}' is no kind of input; this tape was written by a newer version"),
        }),
    };

    private static readonly JsonSerializerOptions Context = new(InputJsonContext.Default.Options) { TypeInfoResolver = InputJsonContext.Default };
    private static readonly JsonSerializerOptions Outside = FromOutside();
    private static readonly JsonTypeInfo Intents = Context.GetTypeInfo(typeof(IntentInput));
    private static readonly JsonTypeInfo Progress = Context.GetTypeInfo(typeof(ProgressInput));

    /// <summary>A command as the control plane has put it on record.</summary>
    /// <exception cref="JsonException">Not a command; the message names the field.</exception>
    public static CommandInput ToInput(CommandAuthorised e) => new(
        e.CommandId, e.Actor, e.Reason, (Command?)JsonSerializer.Deserialize(e.Command, Outside.GetTypeInfo(typeof(Command))) ?? throw new JsonException("command must not be null"),
        e.Approver);

    /// <summary>The command alone, as <see cref="CommandAuthorised"/> holds it.</summary>
    public static JsonElement ToElement(Command command) => JsonSerializer.SerializeToElement(command, Context.GetTypeInfo(typeof(Command)));

    /// <summary>What comes from outside must have every parameter that may not be null: else it would be null, or zero, and nobody had said so.</summary>
    private static void RequireMembers(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            if (member.AssociatedParameter is { HasDefaultValue: false, IsNullable: false, IsMemberInitializer: false } parameter && Nullable.GetUnderlyingType(parameter.ParameterType) is null)
                member.IsRequired = true;
        }
    }

    internal static JsonSerializerOptions Options => Context;

    /// <summary>For what people and other programs send: whatever may not be null must be there.</summary>
    public static JsonSerializerOptions FromOutside(params IJsonTypeInfoResolver[] more) => new(Context)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine([InputJsonContext.Default, .. more]).WithAddedModifier(RequireMembers),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true,
    Converters = [typeof(DecimalConverter), typeof(Int64Converter), typeof(TimestampConverter),
        typeof(WordConverter<Side>), typeof(WordConverter<OrderType>), typeof(WordConverter<TimeInForce>), typeof(WordConverter<OrderState>),
        typeof(WordConverter<ReportKind>), typeof(WordConverter<VotingMethod>), typeof(WordConverter<OverrideKind>), typeof(WordConverter<DecisionAction>),
        typeof(WordConverter<KillSwitchScope>), typeof(WordConverter<KillSwitchMode>),
        typeof(WordConverter<DayOfWeek>), typeof(WordConverter<ViolationKind>), typeof(WordConverter<SeatStatus>), typeof(WordConverter<SignalKind>)])]
[JsonSerializable(typeof(IntentInput))]
[JsonSerializable(typeof(MalformedInput))]
[JsonSerializable(typeof(ProgressInput))]
[JsonSerializable(typeof(DeadlineInput))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(CommandInput))]
[JsonSerializable(typeof(ReportInput))]
[JsonSerializable(typeof(VenueInput))]
[JsonSerializable(typeof(FirmInput))]
[JsonSerializable(typeof(AgentFailedInput))]
[JsonSerializable(typeof(ContinueInput))]
[JsonSerializable(typeof(StateSnapshot))]
internal sealed partial class InputJsonContext : JsonSerializerContext;
