using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Audit;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>Follows one message. Every search has a bound, and says where it ended.</summary>
internal sealed class Tracing(PlatformView view)
{
    private const int MaxEvents = 200, MaxInputs = 20;

    /// <summary>How many of the newest events a search by an id that has no index goes through.</summary>
    private const long Window = 1_000_000;

    private readonly EventReader reader = new(view.Reader);
    private readonly Tapes tapes = new(view.Reader);
    private readonly List<string> notes = [];

    /// <returns>Null if no message, order, decision or event has this id.</returns>
    public async Task<MessageTrace?> OfAsync(string id, CancellationToken ct)
    {
        if (await StartAsync(id, ct) is not var (kind, found, position)) return null;
        var isMessage = kind is not ("order" or "decision" or "event");
        var (events, truncated) = await EventsAsync(isMessage ? found : null, position, ct);
        var lines = new List<Line>();
        var inputs = await InputsAsync(found, events, ct);
        foreach (var (batch, index) in inputs) lines.AddRange(await InputAsync(batch, index, ct));
        if (inputs.Count == 0) notes.Add("no engine took it: it is not in the course of an input of a tape");
        lines.AddRange(events.Select(e => new Line(Timestamp.From(e.Timestamp), TraceStep.Event, $"{e.StreamId} v{e.Version}", e.Type, e.SeqId)));
        if (isMessage && Answer(found!.Value, events) is { } answer) lines.Add(answer);
        foreach (var p in await new Publications(view, notes).FindAsync(events, ct)) lines.Add(new Line(p.At, TraceStep.Published, $"{p.Stream} {p.Sequence}", p.Subject, p.Position));
        // As one came of the other, whatever the clocks say: by place in the log, and what was told of it at the end.
        var ordered = lines.OrderBy(l => l.Step == TraceStep.Published).ThenBy(l => l.Position).ThenBy(l => l.Step).ToList();
        return new MessageTrace(
            id, kind, isMessage ? found!.Value.Batch.Tape.Inputs[found.Value.Index].Data : null,
            [.. ordered.Select(l => new TraceLine(l.At, Math.Round((l.At - ordered[0].At).TotalMilliseconds, 3), l.Step, l.Where, l.What, l.Step == TraceStep.Stored ? null : l.Position))], notes, truncated);
    }

    private async Task<List<Line>> InputAsync(Batch batch, int index, CancellationToken ct)
    {
        var (input, lines) = (batch.Tape.Inputs[index], new List<Line>());
        if (await new StoredMessage(view, notes).FindAsync(batch, await tapes.BeforeAsync(batch, ct), input, ct) is { } stored)
            lines.Add(new Line(stored.At, TraceStep.Stored, $"{stored.Stream} {stored.Sequence}", stored.Subject, batch.Recorded.SeqId));
        lines.Add(new Line(batch.Tape.At, TraceStep.Taken, $"{batch.Recorded.StreamId} v{batch.Recorded.Version}", $"{input.Kind}, input {index + 1} of {batch.Tape.Inputs.Count}", batch.Recorded.SeqId));
        return lines;
    }

    /// <summary>The input itself; of an order or a decision, the intents of the round, and the input that closed it.</summary>
    private async Task<List<(Batch Batch, int Index)>> InputsAsync((Batch Batch, int Index)? found, IReadOnlyList<RecordedEvent> events, CancellationToken ct)
    {
        var inputs = new List<(Batch Batch, int Index)>();
        if (found is { } one) inputs.Add(one);
        foreach (var e in events.Where(e => e.Type is "intent_received" or "decision_made").Take(MaxInputs))
            if (await tapes.OfAsync(e.SeqId, ct) is { } input && inputs.All(i => (i.Batch.Recorded.SeqId, i.Index) != (input.Batch.Recorded.SeqId, input.Index))) inputs.Add(input);
        return inputs;
    }

    /// <summary>Where the id is: the input on its tape, or the event in the log.</summary>
    private async Task<(string Kind, (Batch Batch, int Index)? Input, long Position)?> StartAsync(string id, CancellationToken ct)
    {
        if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var place)) return await reader.FindAsync(place, ct) is null ? null : ("event", await tapes.OfAsync(place, ct), place);
        if (Guid.TryParseExact(id, "D", out var guid))
            return await PositionAsync("select seq_id from events.mt_events where seq_id > (select size from audit.log_head) - $2 and id = $1 order by seq_id desc limit 1", ct, guid, Window) is { } at
                ? ("event", await tapes.OfAsync(at, ct), at) : null;
        foreach (var (kind, stream) in (IEnumerable<(string, string)>)[("order", $"order-{id}"), ("decision", $"round-{id}")])
            if (id.Length <= 200 && await PositionAsync("select seq_id from events.mt_events where stream_id = $1 and version = 1", ct, stream) is { } first) return (kind, await tapes.OfAsync(first, ct), first);
        foreach (var portfolio in await tapes.PortfoliosAsync(ct))
        {
            if (await tapes.FindAsync(portfolio, Needle(id), input => IsIt(input, id), ct) is var (batch, index))
                return (batch.Tape.Inputs[index].Kind, (batch, index), batch.EventsOf(index).First);
        }

        return null;
    }

    /// <summary>What must stand in the bytes of a tape: of a signal its number, of others the id.</summary>
    private static string Needle(string id) => id.LastIndexOf(':') is var colon and > 0 && id.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? id[(colon + 1)..] : id;

    private static bool IsIt(TapeEntry input, string id) => input.Kind switch
    {
        "intent" => Text(input.Data.GetProperty("intent"), "intentId") == id,
        "malformed" => Text(input.Data, "intentId") == id || Text(input.Data, "rawSha256") == id,
        "command" => Text(input.Data, "commandId") == id,
        "signal" => $"{Text(input.Data, "feed")}:{Text(input.Data, "sequence")}" == id,
        _ => false,
    };

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value.ToString() : null;

    /// <summary>What an input caused itself, and all that belongs to the same decisions, or was caused by that; of an event, what belongs to its decision.</summary>
    private async Task<(IReadOnlyList<RecordedEvent> Events, bool Truncated)> EventsAsync((Batch Batch, int Index)? input, long position, CancellationToken ct)
    {
        var positions = new SortedSet<long>();
        if (input is var (batch, index))
        {
            var (first, count) = batch.EventsOf(index);
            for (var p = first; p < first + Math.Min(count, MaxEvents); p++) positions.Add(p);
        }
        else positions.Add(position);

        var (truncated, decisions) = (false, new HashSet<string>(StringComparer.Ordinal));
        foreach (var at in positions.ToList())
        {
            if (positions.Count >= MaxEvents || await reader.FindAsync(at, ct) is not { } e) break;
            if (e.CorrelationId is { } decision)
            {
                if (!decisions.Add(decision)) continue;
                var page = await new AuditQuery(view.Reader).FindAsync(new AuditFilter(Correlation: decision), MaxEvents, newestFirst: false, ct: ct);
                truncated |= page.Next is not null;
                positions.UnionWith(page.Items.Select(i => i.Position));
            }
            else if (await new Effects(view.Reader).FollowedAsync(at, ct) is { } tree)
            {
                truncated |= tree.Truncated;
                positions.UnionWith(tree.Nodes.Select(n => n.Event.Position));
            }
        }

        var events = new List<RecordedEvent>();
        foreach (var at in positions.Take(MaxEvents))
            if (await reader.FindAsync(at, ct) is { } e) events.Add(e);
        return (events, truncated || positions.Count > MaxEvents);
    }

    /// <summary>What the sender was told, as it follows from the log: core NATS keeps no answers.</summary>
    private static Line? Answer((Batch Batch, int Index) input, IReadOnlyList<RecordedEvent> events)
    {
        if (input.Batch.Tape.Inputs[input.Index].Kind is not ("intent" or "malformed" or "command")) return null;
        foreach (var e in events)
        {
            var word = EventJson.Deserialize(e.Type, e.Data.Span) switch
            {
                IntentRefused r => $"refused, {r.Code}: {r.Reason}",
                Domain.Control.CommandAnswered a => $"{a.Outcome}{(a.Code is null ? "" : $", {a.Code}")}: {a.Reason}",
                DecisionMade { OrderId: null } d => $"hold: {d.Reason}",
                OrderApproved o => $"approved: order {o.Terms.OrderId}",
                OrderBlocked o => $"blocked: {o.Reason}",
                _ => null,
            };
            if (word is not null) return new Line(Timestamp.From(e.Timestamp), TraceStep.Answer, "to its sender", word, e.SeqId);
        }

        return null;
    }

    private async Task<long?> PositionAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = view.Reader.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    private sealed record Line(Timestamp At, TraceStep Step, string Where, string What, long? Position);
}
