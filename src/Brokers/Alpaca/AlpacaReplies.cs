using System.Text.Json;
using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>What an answer to an order's call means.</summary>
internal static class AlpacaReplies
{
    private const int BadParameter = 40_010_001;

    /// <param name="known">The broker's id of the order, for answers without a body.</param>
    /// <param name="words">Short and without secrets.</param>
    public static BrokerReply Of(OrderOutcome outcome, string? known, Func<byte[], string> words)
    {
        if (outcome.Request is { } request) return new(ReplyKind.NotSent, null, outcome.Text, request);
        if (outcome.Answer is not { } answer) return new(outcome.MayHaveArrived ? ReplyKind.Unknown : ReplyKind.Refused, null, outcome.Text);
        // 408: somebody in between gave up waiting, and does not say for what.
        if (answer.Status is >= 400 and < 500 and not 408) return new(ReplyKind.Refused, null, $"{answer.Status}: {Said(answer, words)}");
        if (!answer.IsSuccess) return new(ReplyKind.Unknown, null, $"{answer.Status}: {words(answer.Body)}");
        if (answer.Body.Length == 0) return known is null ? new(ReplyKind.Unknown, null, $"{answer.Status} without an order") : new(ReplyKind.Accepted, known, "accepted");
        if (Read(answer.Body, AlpacaJson.Default.AlpacaOrder) is not { Id.Length: > 0 } order) return new(ReplyKind.Unknown, null, $"{answer.Status} with an order that cannot be read: {words(answer.Body)}");
        return order.Status == "rejected" ? new(ReplyKind.Refused, order.Id, "rejected") : new(ReplyKind.Accepted, order.Id, order.Status ?? "accepted");
    }

    /// <summary>True if the client order id is one that an order has, or had, already.</summary>
    public static bool IsDuplicate(OrderOutcome outcome) =>
        outcome.Answer is { Status: 422 } answer && Read(answer.Body, AlpacaJson.Default.AlpacaError) is { Message: { } message } error
        && (error.Code is null or BadParameter) && message.Contains("client_order_id", StringComparison.OrdinalIgnoreCase) && message.Contains("unique", StringComparison.OrdinalIgnoreCase);

    /// <summary>Alpaca's message, and the reason behind it where there is one.</summary>
    private static string Said(BrokerAnswer answer, Func<byte[], string> words) => Read(answer.Body, AlpacaJson.Default.AlpacaError) is { Message: { Length: > 0 } message } error
        ? words(System.Text.Encoding.UTF8.GetBytes(error.RejectReason is { Length: > 0 } reason ? $"{message} ({reason})" : message)) : words(answer.Body);

    private static T? Read<T>(byte[] body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
