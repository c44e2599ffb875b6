using System.Globalization;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>How far an engine had come when it closed a batch.</summary>
/// <param name="Signals">Sequence of the last signal that it took.</param>
/// <param name="Waiting">Market times that wait for agents.</param>
public readonly record struct EngineProgress(Timestamp AsOf, ulong Signals, int Waiting);

/// <summary>
/// Tells senders what became of their messages, after the commit. A lost answer is no loss: whoever misses one asks again and gets
/// the same.
/// </summary>
public sealed class Answering(Platform platform, string portfolio)
{
    /// <param name="position">Last event of the log that the answers rest on.</param>
    public async Task SendAsync(
        IReadOnlyList<(Answer Answer, string? ReplyTo)> answers, long position, EngineProgress at, CancellationToken ct)
    {
        foreach (var (answer, replyTo) in answers) await SendAsync(answer, replyTo, position, ct);
        var progress = string.Create(CultureInfo.InvariantCulture,
            $$"""{"asOf":"{{at.AsOf}}","portfolio":"{{portfolio}}","position":"{{position}}","signals":"{{at.Signals}}","waiting":{{at.Waiting}}}""");
        await platform.Nats.PublishAsync(platform.Subjects.EngineProgress(portfolio), Encoding.UTF8.GetBytes(progress), cancellationToken: ct);
    }

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
