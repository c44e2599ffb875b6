using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// Tells senders what became of their messages, after the commit. A lost answer is no loss: whoever misses one asks again and gets
/// the same.
/// </summary>
public sealed class Answering(Platform platform, string portfolio)
{
    /// <param name="at">What was committed: the answers rest on it.</param>
    public async Task SendAsync(IReadOnlyList<(Answer Answer, string? ReplyTo)> answers, EngineProgress at, CancellationToken ct)
    {
        foreach (var (answer, replyTo) in answers) await SendAsync(answer, replyTo, at.Position, ct);
        await platform.Nats.PublishAsync(platform.Subjects.EngineProgress(portfolio), at.ToJson(portfolio), cancellationToken: ct);
    }

    /// <param name="position">Last event of the log that the answer rests on.</param>
    public async Task SendAsync(Answer answer, string? replyTo, long position, CancellationToken ct)
    {
        var body = Write(answer, position);
        // A message that could not be read came from no agent: only commands do not name one in their subject.
        var subject = answer.OfCommand || answer.Sender.Length == 0 ? platform.Subjects.CommandOutcome(portfolio) : platform.Subjects.Outcome(portfolio, answer.Sender);
        await platform.Nats.PublishAsync(subject, body, cancellationToken: ct);
        if (replyTo is not null && IsInbox(replyTo)) await platform.Nats.PublishAsync(replyTo, body, cancellationToken: ct);
    }

    /// <summary>Answers go to inboxes alone: a sender must not make the platform publish on one of its own subjects.</summary>
    private static bool IsInbox(string subject) =>
        subject.StartsWith("_INBOX.", StringComparison.Ordinal) && subject.Length <= 256 && subject.AsSpan().IndexOfAny(" *>\r\n\t") < 0
        && !subject.EndsWith('.') && !subject.Contains("..", StringComparison.Ordinal);

    private static byte[] Write(Answer answer, long position)
    {
        using var stream = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, answer.Id);
            writer.WriteString("to"u8, answer.Sender);
            writer.WriteString("outcome"u8, answer.Outcome);
            if (answer.Code is not null) writer.WriteString("code"u8, answer.Code);
            writer.WriteString("reason"u8, answer.Reason);
            if (answer.DecisionId is not null) writer.WriteString("decisionId"u8, answer.DecisionId);
            if (answer.OrderId is not null) writer.WriteString("orderId"u8, answer.OrderId);
            writer.WriteString("position"u8, position.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
