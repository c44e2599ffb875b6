using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Messaging;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Something that was turned away, as the log keeps it.</summary>
/// <param name="Position">Its place in the log: how it is named.</param>
/// <param name="Kind">intent, command (an engine's no), or call (turned away at the door of the control plane).</param>
/// <param name="Sender">The agent, or the actor's reference.</param>
/// <param name="Body">What came, where it is known: whole, or its first 2,000 characters.</param>
/// <param name="Whole">Whether <paramref name="Body"/> is all that came.</param>
/// <param name="Subject">Where it can be sent again; null where it cannot.</param>
public sealed record DeadLetter(
    long Position, Timestamp At, string Kind, string? Portfolio, string? Sender, string? Id, string Code, string Reason, string? Body = null, bool Whole = false, string? Subject = null);

/// <summary>A stretch of dead letters, newest first.</summary>
/// <param name="Next">Ask with --before this for more; null if there are no more.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, long? Next);

/// <summary>Finds what was turned away. It lies in the log like everything else: nothing is dropped, and nothing is kept twice.</summary>
public sealed class DeadLetters(NpgsqlDataSource reader, Subjects subjects)
{
    public const int MaxPage = 500;

    public static readonly IReadOnlyList<string> Kinds = ["intent", "command", "call"];

    /// <param name="portfolio">Null for all.</param>
    /// <param name="kind">One of <see cref="Kinds"/>; null for all.</param>
    /// <param name="before">Only those at lower positions.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>.</param>
    public async Task<DeadLetterPage> ListAsync(string? portfolio, string? kind, long before, int limit, CancellationToken ct)
    {
        // By stream, which has an index; each kind lies in streams of its own.
        await using var command = reader.CreateCommand("""
            select e.seq_id, e.type, e.data, e.timestamp
              from (select id from events.mt_streams where id like 'refusals-%' or id like 'commands-%' or id in ('turned-away', 'control-firm')) s
             cross join lateral (
                select seq_id, type, data, timestamp from events.mt_events
                 where stream_id = s.id and seq_id < $1 and type = any ($2) and (type <> 'command_answered' or data ->> 'outcome' = 'refused')
                   and ($3::text is null or data ->> 'portfolio' = $3)
                 order by version desc limit $4) e
             order by e.seq_id desc limit $4
            """);
        string[] types = kind switch { "intent" => ["intent_refused"], "command" => ["command_answered"], "call" => ["command_turned_away"], _ => ["intent_refused", "command_answered", "command_turned_away"] };
        command.Parameters.Add(new NpgsqlParameter { Value = before });
        command.Parameters.Add(new NpgsqlParameter { Value = types });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)portfolio ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = limit + 1 });
        var found = new List<DeadLetter>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            found.Add(Of(rows.GetInt64(0), Timestamp.FromDateTime(rows.GetDateTime(3)), EventJson.Deserialize(rows.GetString(1), rows.GetFieldValue<byte[]>(2)))!);
        if (found.Count <= limit) return new DeadLetterPage(found, null);
        found.RemoveAt(limit);
        return new DeadLetterPage(found, found[^1].Position);
    }

    /// <summary>One, with what came; null if the event at that place is no dead letter.</summary>
    public async Task<DeadLetter?> FindAsync(long position, CancellationToken ct)
    {
        if (await new EventReader(reader).FindAsync(position, ct) is not { } e) return null;
        var said = EventJson.Deserialize(e.Type, e.Data.Span);
        if (Of(position, Timestamp.From(e.Timestamp), said) is not { } letter) return null;
        return said is IntentRefused refused ? await WithBodyAsync(letter, refused, ct) : letter;
    }

    private static DeadLetter? Of(long position, Timestamp at, DomainEvent e) => e switch
    {
        IntentRefused r => new DeadLetter(position, at, "intent", r.Portfolio, r.Agent, r.IntentId, r.Code, r.Reason),
        CommandAnswered { Outcome: "refused" } r => new DeadLetter(position, at, "command", r.Portfolio, r.Actor, r.CommandId, r.Code ?? "", $"{r.Operation}: {r.Reason}"),
        CommandTurnedAway r => new DeadLetter(position, at, "call", r.Portfolio, r.Actor, r.CommandId, r.Code, $"{r.Operation}: {r.Reason}"),
        _ => null,
    };

    /// <summary>What could not be read was kept as it came, from its start; what could be read stands on the tape.</summary>
    private async Task<DeadLetter> WithBodyAsync(DeadLetter letter, IntentRefused refused, CancellationToken ct)
    {
        var body = refused.RawLength > 0 ? refused.Raw : null;
        var whole = body is not null && Encoding.UTF8.GetByteCount(body) == refused.RawLength;
        var subject = refused.Agent is { Length: > 0 } agent ? subjects.Intent(refused.Portfolio, agent) : null;
        if (await new Tapes(reader).OfAsync(letter.Position, ct) is not var (batch, index)) return letter with { Body = body, Whole = whole, Subject = subject };
        var input = batch.Tape.Inputs[index];
        if (input.Kind == "intent") (body, whole) = (input.Data.GetProperty("intent").GetRawText(), true);
        if (input.Data.TryGetProperty("addressee", out var to) && to.GetProperty("agent").GetString() is { Length: > 0 } addressee) subject = subjects.Intent(refused.Portfolio, addressee);
        return letter with { Body = body, Whole = whole, Subject = subject };
    }
}
