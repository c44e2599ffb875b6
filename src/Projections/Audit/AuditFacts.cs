using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>
/// What an event says of itself, by the names that its members have: <c>portfolio</c>, <c>instrument</c>, <c>orderId</c>,
/// <c>decisionId</c>, <c>actor</c>, <c>agent</c>, <c>asOf</c>, <c>reason</c>, <c>rationale</c>, however deep they lie. So an event type that
/// is added tomorrow is found by what it shares with the others, and one that a newer version wrote is found as well.
/// </summary>
/// <param name="Agents">Every agent that is named, once each, in the order of the JSON; empty if none is.</param>
/// <param name="Words">Every rationale, reason and detail, one a line; null if there is none.</param>
internal sealed record AuditFacts(
    string? Portfolio, string? Instrument, IReadOnlyList<string> Agents, string? OrderId, string? DecisionId, string? Actor, Timestamp? AsOf, string? Words)
{
    /// <summary>Words beyond this are not indexed: 16 Ki characters.</summary>
    public const int MaxWords = 16 << 10;

    /// <summary>Agents beyond this are not indexed.</summary>
    public const int MaxAgents = 256;

    public static readonly AuditFacts None = new(null, null, [], null, null, null, null, null);

    /// <param name="json">The event's data; values of the wrong kind are passed over.</param>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static AuditFacts Of(ReadOnlySpan<byte> json)
    {
        string? portfolio = null, instrument = null, orderId = null, decisionId = null, actor = null, scope = null;
        Timestamp? asOf = null;
        List<string>? agents = null;
        StringBuilder? words = null;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            switch (MemberOf(ref reader))
            {
                case Member.Portfolio: portfolio ??= Text(ref reader); break;
                case Member.Instrument: instrument ??= Text(ref reader); break;
                case Member.OrderId: orderId ??= Text(ref reader); break;
                case Member.DecisionId: decisionId ??= Text(ref reader); break;
                case Member.Actor: actor ??= Text(ref reader); break;
                case Member.AsOf: asOf ??= Time(ref reader); break;
                case Member.Agent: Add(ref agents, Text(ref reader)); break;
                case Member.Agents: All(ref agents, ref reader); break;
                case Member.Words: Append(ref words, Text(ref reader)); break;
                case Member.Scope: scope = Text(ref reader); break;
                // Of a kill switch. The log keeps members sorted, so the scope has been read.
                case Member.Target when scope == "agent": Add(ref agents, Text(ref reader)); break;
                case Member.Target when scope == "instrument": instrument ??= Text(ref reader); break;
            }
        }

        return new AuditFacts(portfolio, instrument, agents ?? [], orderId, decisionId, actor, asOf, words?.ToString());
    }

    private enum Member { Other, Portfolio, Instrument, OrderId, DecisionId, Actor, AsOf, Agent, Agents, Words, Scope, Target }

    // The length first: most members are none of these.
    private static Member MemberOf(ref Utf8JsonReader reader) => reader.ValueSpan.Length switch
    {
        2 when reader.ValueTextEquals("at"u8) => Member.AsOf,
        3 when reader.ValueTextEquals("why"u8) => Member.Words,
        4 when reader.ValueTextEquals("asOf"u8) => Member.AsOf,
        5 when reader.ValueTextEquals("actor"u8) => Member.Actor,
        5 when reader.ValueTextEquals("agent"u8) => Member.Agent,
        5 when reader.ValueTextEquals("scope"u8) => Member.Scope,
        6 when reader.ValueTextEquals("target"u8) => Member.Target,
        6 when reader.ValueTextEquals("reason"u8) || reader.ValueTextEquals("detail"u8) => Member.Words,
        6 when reader.ValueTextEquals("absent"u8) => Member.Agents,
        7 when reader.ValueTextEquals("orderId"u8) => Member.OrderId,
        8 when reader.ValueTextEquals("issuedBy"u8) => Member.Actor,
        9 when reader.ValueTextEquals("rationale"u8) => Member.Words,
        9 when reader.ValueTextEquals("portfolio"u8) => Member.Portfolio,
        9 when reader.ValueTextEquals("abstained"u8) => Member.Agents,
        9 when reader.ValueTextEquals("revokedBy"u8) => Member.Actor,
        10 when reader.ValueTextEquals("instrument"u8) => Member.Instrument,
        10 when reader.ValueTextEquals("decisionId"u8) => Member.DecisionId,
        _ => Member.Other,
    };

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? Clean(reader.GetString()!) : null;
    }

    /// <summary>jsonb never holds the character zero, which PostgreSQL's text cannot; a hand-made event might.</summary>
    private static string Clean(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', ' ') : text;

    private static Timestamp? Time(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && Timestamp.TryParse(reader.ValueSpan, out var time) ? time : null;
    }

    private static void All(ref List<string>? agents, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) Add(ref agents, Clean(reader.GetString()!));
            else reader.Skip();
        }
    }

    private static void Add(ref List<string>? agents, string? agent)
    {
        if (agent is null || agents?.Count >= MaxAgents || agents?.Contains(agent) == true) return;
        (agents ??= []).Add(agent);
    }

    private static void Append(ref StringBuilder? words, string? text)
    {
        if (string.IsNullOrEmpty(text) || words?.Length >= MaxWords) return;
        words = words is null ? new StringBuilder(text.Length) : words.Append('\n');
        words.Append(text.AsSpan(0, Math.Min(text.Length, MaxWords - words.Length)));
    }
}
