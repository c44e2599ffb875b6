using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

// What Alpaca says, as far as it is read here. Anything may be missing or more, and numbers come as texts or as numbers.

internal sealed record AlpacaOrder(
    string? Id, string? ClientOrderId, string? Symbol, string? Side, string? Type, string? OrderType, string? Status, decimal? Qty, decimal? FilledQty, decimal? FilledAvgPrice,
    decimal? LimitPrice, decimal? StopPrice, string? Replaces, string? ReplacedBy, Timestamp? CreatedAt, Timestamp? SubmittedAt, Timestamp? UpdatedAt)
{
    public decimal Filled => FilledQty ?? 0m;

    public bool WasReplaced => Status == "replaced" && !string.IsNullOrEmpty(ReplacedBy);
}

internal sealed record AlpacaAccount(
    string? Id, string? AccountNumber, string? Status, string? Currency, decimal? Cash, decimal? Equity, bool? TradingBlocked, bool? AccountBlocked,
    bool? TransfersBlocked, bool? TradeSuspendedByUser, bool? PatternDayTrader, bool? ShortingEnabled);

internal sealed record AlpacaPosition(string? Symbol, decimal? Qty, string? Side, decimal? AvgEntryPrice);

internal sealed record AlpacaActivity(
    string? Id, string? ActivityType, string? OrderId, string? Symbol, string? Side, decimal? Qty, decimal? Price, decimal? CumQty, Timestamp? TransactionTime);

internal sealed record AlpacaError(int? Code, string? Message, string? RejectReason);

internal sealed record AlpacaMessage(string? Stream, string? Action, AlpacaMessageData? Data);

/// <summary>Of any stream: <c>authorization</c> has a status, <c>listening</c> has streams, <c>trade_updates</c> the rest.</summary>
internal sealed record AlpacaMessageData(
    string? Status, IReadOnlyList<string>? Streams, string? Error, string? ErrorMessage,
    string? Event, string? ExecutionId, decimal? Price, decimal? Qty, Timestamp? Timestamp, AlpacaOrder? Order);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString, Converters = [typeof(LooseDecimal), typeof(LooseTime)])]
[JsonSerializable(typeof(AlpacaOrder))]
[JsonSerializable(typeof(List<AlpacaOrder>))]
[JsonSerializable(typeof(AlpacaAccount))]
[JsonSerializable(typeof(List<AlpacaPosition>))]
[JsonSerializable(typeof(List<AlpacaActivity>))]
[JsonSerializable(typeof(AlpacaError))]
[JsonSerializable(typeof(AlpacaMessage))]
internal sealed partial class AlpacaJson : JsonSerializerContext;

/// <summary>A number as text or as number, with an exponent if it likes; an empty text is none.</summary>
internal sealed class LooseDecimal : JsonConverter<decimal?>
{
    public override bool HandleNull => true;

    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number => reader.GetDecimal(),
        JsonTokenType.String when reader.GetString() is not { Length: > 0 } => null,
        JsonTokenType.String when decimal.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw new JsonException("expected a number, such as \"12.5\""),
    };

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options) => throw new NotSupportedException("only read");
}

/// <summary>RFC 3339 with any number of fraction digits and any offset; what is not understood is none, since no time decides anything alone.</summary>
internal sealed class LooseTime : JsonConverter<Timestamp?>
{
    public override bool HandleNull => true;

    public override Timestamp? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString() is { } text && Timestamp.TryParse(text, out var value) ? value : null;
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, Timestamp? value, JsonSerializerOptions options) => throw new NotSupportedException("only read");
}
