using System.Text.Json;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

internal enum IbkrReplyKind
{
    Taken, Asked, Refused, Unknown, NotSent,

    /// <summary>Refused after a question or with choices: whether the broker kept the order all the same has to be looked up.</summary>
    Declined,
}

/// <summary>What the answer to an order, a change or a reply says.</summary>
/// <param name="Id">The broker's id of the order, or of the question.</param>
/// <param name="MessageIds">Of the question.</param>
/// <param name="Request">In a dry run.</param>
internal sealed record IbkrReply(IbkrReplyKind Kind, string? Id, string Text, IReadOnlyList<string> MessageIds, string? Request = null)
{
    /// <param name="asked">It is the answer to a reply.</param>
    public static IbkrReply Read(OrderOutcome outcome, bool asked, BrokerHttp http)
    {
        // A reply that never left confirms nothing; a refused one may have come too late to matter.
        var refused = asked ? IbkrReplyKind.Declined : IbkrReplyKind.Refused;
        if (outcome.Request is { } request) return new(IbkrReplyKind.NotSent, null, outcome.Text, [], request);
        if (outcome.Answer is not { } answer) return new(outcome.MayHaveArrived ? IbkrReplyKind.Unknown : refused, null, outcome.Text, []);
        // 408: somebody in between gave up waiting, and does not say for what.
        if (answer.Status is >= 400 and < 500 and not 408) return new(refused, null, $"{answer.Status}: {http.Words(answer.Body)}", []);
        if (!answer.IsSuccess) return new(IbkrReplyKind.Unknown, null, $"{answer.Status}: {http.Words(answer.Body)}", []);
        try
        {
            return Of([.. IbkrJson.Parse(answer.Body).Objects()], refused, http) ?? new(IbkrReplyKind.Unknown, null, $"{answer.Status} with an answer that is not understood: {http.Words(answer.Body)}", []);
        }
        catch (JsonException)
        {
            return new(IbkrReplyKind.Unknown, null, $"{answer.Status} with an answer that is no JSON: {http.Words(answer.Body)}", []);
        }
    }

    public BrokerReply Told() => Kind switch
    {
        IbkrReplyKind.Taken => new(ReplyKind.Accepted, Id, Text),
        IbkrReplyKind.Refused => new(ReplyKind.Refused, Id, Text),
        IbkrReplyKind.NotSent => new(ReplyKind.NotSent, null, Text, Request),
        _ => new(ReplyKind.Unknown, null, Text),
    };

    private static IbkrReply? Of(List<JsonElement> said, IbkrReplyKind refused, BrokerHttp http)
    {
        foreach (var one in said)
        {
            // An answer with choices names an order too, one that was rejected.
            if (one.Flag("prompt") == true || one.Field("options").ValueKind == JsonValueKind.Array) return new(IbkrReplyKind.Declined, null, http.Words(one.Text("text", "message") ?? one.GetRawText()), []);
            if (IbkrAnswers.Error(one) is { } error) return new(refused, null, http.Words(error), []);
            if (one.Text("order_id", "orderId") is null && one.Text("id") is { } id) return new(IbkrReplyKind.Asked, id, http.Words(string.Join(' ', one.Texts("message"))), one.Texts("messageIds"));
        }

        foreach (var one in said)
        {
            if (one.Text("order_id", "orderId") is not { } id) continue;
            var status = one.Text("order_status", "status", "msg") ?? "accepted";
            return new(IbkrWords.State(status, 0m) == OrderState.Rejected ? IbkrReplyKind.Refused : IbkrReplyKind.Taken, id, http.Words(status), []);
        }

        return null;
    }
}
