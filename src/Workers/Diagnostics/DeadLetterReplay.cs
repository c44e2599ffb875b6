using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>A dead letter as it would go out again.</summary>
/// <param name="Sent">Whether it went out; without that it is only shown.</param>
/// <param name="Answer">What the platform said; null if nothing came in time, or nothing was sent.</param>
public sealed record ResentLetter(long Position, string Subject, string? Id, string Body, bool Sent = false, JsonElement? Answer = null);

/// <summary>
/// Sends a refused intent again. With its own id it gets its first answer again, however late: that id's fate is settled. So to have another
/// effect it needs another id; that one follows from the dead letter's position, so a second replay of the same letter is a repeat of the
/// first, and never a second order.
/// </summary>
public static class DeadLetterReplay
{
    /// <param name="sameId">As it came, byte for byte, which only asks for the first answer again.</param>
    /// <param name="changes">Members to set, with text or JSON.</param>
    /// <param name="reason">Stands in the rationale, so that whoever asks why finds it.</param>
    /// <exception cref="ConfigurationException">It cannot be sent again so.</exception>
    public static ResentLetter Prepare(DeadLetter letter, bool sameId, IReadOnlyList<(string Name, string Value)> changes, string? reason)
    {
        if (letter.Kind != "intent") throw new ConfigurationException($"Position {letter.Position} is a {letter.Kind}: commands are given anew, over the control plane, by a person who answers for them (`est control --help`).");
        if (letter is not { Subject: { } subject, Body: { } body }) throw new ConfigurationException($"Nothing says where, or what, the message at position {letter.Position} was: it cannot be sent again.");
        if (!letter.Whole) throw new ConfigurationException($"Of the message at position {letter.Position} only the first 2000 characters were kept: it cannot be sent again.");
        if (sameId)
        {
            if (changes.Count > 0) throw new ConfigurationException("--set and --same-id exclude each other: other content under the same id is refused as DUPLICATE_ID.");
            return new ResentLetter(letter.Position, subject, letter.Id, body);
        }

        JsonObject intent;
        try
        {
            intent = JsonNode.Parse(body) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"The message at position {letter.Position} is not a JSON object ({e.Message}), so it cannot be mended here; --same-id sends it as it was.");
        }

        var suffix = string.Create(CultureInfo.InvariantCulture, $".again-{letter.Position}");
        var old = letter.Id ?? "";
        var id = old[..Math.Min(old.Length, Intent.MaxIdLength - suffix.Length)] + suffix;
        intent["intentId"] = id;
        // A number counts once: the agent's own count must not be upset by us.
        intent.Remove("sequence");
        foreach (var (name, value) in changes) intent[name] = Value(value);
        var rationale = $"{intent["rationale"]} [sent again from the dead letter at {letter.Position}: {reason}]";
        intent["rationale"] = rationale[..Math.Min(rationale.Length, Intent.MaxRationaleLength)];
        return new ResentLetter(letter.Position, subject, id, intent.ToJsonString(DiagnosticsJson.Options));
    }

    /// <summary>Sends it, and waits for what the platform says.</summary>
    /// <exception cref="NatsException">The server is away, or has no stream for it.</exception>
    public static async Task<ResentLetter> SendAsync(ResentLetter letter, NatsConnection nats, TimeSpan patience, CancellationToken ct)
    {
        var inbox = $"_INBOX.{Guid.NewGuid():N}";
        await using var answers = await nats.SubscribeCoreAsync(inbox, cancellationToken: ct);
        using var js = new NatsJSContext(nats);
        (await js.PublishAsync(letter.Subject, Encoding.UTF8.GetBytes(letter.Body), headers: new NatsHeaders { [Subjects.ReplyTo] = inbox }, cancellationToken: ct)).EnsureStored();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            using var answer = await answers.Msgs.ReadAsync(limit.Token);
            return letter with { Sent = true, Answer = JsonElement.Parse(answer.Memory.Span) };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return letter with { Sent = true };
        }
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            // Numbers too are text in an intent, so that no digit is lost on the way.
            return JsonNode.Parse(text) is JsonObject or JsonArray ? JsonNode.Parse(text) : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
