using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>Turns messages into inputs. Whatever cannot be read becomes a <see cref="MalformedInput"/>, with the reason.</summary>
public sealed class InboxDecoder(Subjects subjects)
{
    private const int KeptCharacters = 2_000;

    public Input Decode(string subject, ReadOnlySpan<byte> body)
    {
        var local = subjects.Local(subject).ToString().Split('.');
        var addressee = new Addressee(local.ElementAtOrDefault(2) ?? "", local.ElementAtOrDefault(3) ?? "");
        // PostgreSQL's jsonb cannot hold it, wherever in the message it is; an input that cannot be written would stop the queue.
        if (body.IndexOf("\\u0000"u8) >= 0) return Malformed(addressee, null, "MALFORMED", "the message must not contain the character U+0000", body);
        return local switch
        {
            ["decisions", "order_intent", _, _] => Intent(addressee, body),
            ["agents", "progress", _, _] => Progress(addressee, body),
            ["agents", "failed", _, _] => Failed(addressee, body),
            _ => Malformed(new Addressee("", ""), null, "UNKNOWN_SUBJECT", $"nothing is expected on subject '{subject}'", body),
        };
    }

    public static SignalReading Signal(ReadOnlySpan<byte> body) => SignalJson.Read(body);

    private static Input Intent(Addressee addressee, ReadOnlySpan<byte> body) =>
        IntentJson.Read(body, out var intent, out var id) is { } refusal
            ? Malformed(addressee, id, refusal.Code, refusal.Reason, body)
            : new IntentInput(intent!, addressee);

    private static Input Progress(Addressee addressee, ReadOnlySpan<byte> body)
    {
        if (!ProgressMessage.TryRead(body, out var progress, out var error)) return Malformed(addressee, null, "MALFORMED", $"progress: {error}", body);
        return IntentRules.SubjectToken(progress.Agent) == addressee.Agent
            ? new ProgressInput(progress.Agent, progress.AsOf, progress.Sent)
            : Malformed(addressee, null, "WRONG_AGENT", $"progress: agent '{progress.Agent}' does not match '{addressee.Agent}' in the subject", body);
    }

    private static Input Failed(Addressee addressee, ReadOnlySpan<byte> body)
    {
        // "agent\nreason": written by our own host only.
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4_000)]);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end > 0 && IntentRules.SubjectToken(text[..end]) == addressee.Agent
            ? new AgentFailedInput(text[..end], Printable(text[(end + 1)..])!)
            : Malformed(addressee, null, "MALFORMED", "failure: the body must be the agent, a line feed and the reason", body);
    }

    /// <summary>A message that is kept although it could not be read: its beginning, its length and its hash.</summary>
    public static MalformedInput Malformed(Addressee addressee, string? id, string code, string reason, ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, KeptCharacters)]);
        return new MalformedInput(addressee, Printable(id), code, Printable(reason)!, Printable(text)!, body.Length, Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    // PostgreSQL's jsonb cannot hold U+0000.
    private static string? Printable(string? text) => text?.Replace('\0', '\uFFFD');
}

/// <summary><c>{"agent","asOf","sent"?}</c>: an agent has said all it has to say up to a market time.</summary>
public readonly record struct ProgressMessage(string Agent, Timestamp AsOf, long? Sent)
{
    public byte[] ToJson() => Encoding.UTF8.GetBytes($$"""{"agent":"{{Agent}}","asOf":"{{AsOf}}"{{(Sent is { } n ? $",\"sent\":\"{n}\"" : "")}}}""");

    public static bool TryRead(ReadOnlySpan<byte> body, out ProgressMessage progress, out string error)
    {
        progress = default;
        error = "";
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 2 });
            string? agent = null;
            Timestamp? asOf = null;
            long? sent = null;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Fail("must be a JSON object", out error);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                if (name == "agent") agent = reader.GetString();
                else if (name == "asOf") asOf = Timestamp.TryParse(reader.GetString() ?? "", out var time) ? time : null;
                else if (name == "sent") sent = reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : long.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture);
                else reader.Skip();
            }

            if (agent is null) return Fail("agent is missing", out error);
            if (asOf is null) return Fail("asOf must be a UTC time, such as 2013-10-07T13:31:00Z", out error);
            progress = new ProgressMessage(agent, asOf.Value, sent);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return Fail(e.Message, out error);
        }
    }

    private static bool Fail(string why, out string error)
    {
        error = why;
        return false;
    }
}
