using System.Globalization;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>
/// Follows causation ids from an event up to the input that began it. An event is caused by another of its stream, which is found by
/// version, or by one of another stream, which lies in the same batch and so near before it; or by an input, whose name has a colon.
/// </summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class Causes(NpgsqlDataSource source)
{
    private const string Command = "command:";
    private readonly AuditQuery query = new(source);
    private readonly EventReader reader = new(source);

    /// <returns>Null if the index has no event at that place.</returns>
    public async Task<CausalTree?> WhyAsync(long position, CancellationToken ct = default)
    {
        if (await query.AtAsync(position, ct) is not { } row) return null;
        var nodes = new List<CausalNode> { new(0, null, row) };
        while (nodes.Count <= CausalTree.MaxDepth)
        {
            var (above, ends) = await AboveAsync(row, ct);
            if (above is null) return new CausalTree(nodes, ends, await InputAsync(row.Position, ct), false);
            nodes.Add(new CausalNode(nodes.Count, row.Position, above));
            row = above;
        }

        return new CausalTree(nodes, $"there is more above; ask again from {row.Position}", null, true);
    }

    private async Task<(AuditRow? Above, string? Ends)> AboveAsync(AuditRow row, CancellationToken ct)
    {
        if (row.CausationId is not { } cause) return (null, "no cause is recorded");
        if (cause.StartsWith(Command, StringComparison.Ordinal))
            return await AtAsync(await AuthorisedAsync(row, cause[Command.Length..], ct), ct) is { } authorised ? (authorised, null) : (null, $"it came from outside: {cause}");
        if (!Guid.TryParseExact(cause, "D", out var id)) return (null, $"it came from outside: {cause}");
        return await AtAsync(await reader.FindCauseAsync(row.Stream, row.Version, row.Position, id, ct), ct) is { } above ? (above, null)
            : (null, $"event {cause} is neither the one before it in {row.Stream} nor among the {EventReader.BatchReach.ToString("#,0", CultureInfo.InvariantCulture)} before it in the log");
    }

    private async Task<AuditRow?> AtAsync(long? position, CancellationToken ct) => position is { } at ? await query.AtAsync(at, ct) : null;

    /// <summary>The command as the control plane has put it on record, before the engine or the firm's desk took it up.</summary>
    private Task<long?> AuthorisedAsync(AuditRow row, string commandId, CancellationToken ct) => PositionAsync(
        """
        select seq_id from events.mt_events
         where type = 'command_authorised' and data ->> 'portfolio' = any ($1) and data ->> 'commandId' = $2 and seq_id < $3
         order by seq_id + 0 desc limit 1
        """, ct, new[] { row.Portfolio ?? "", "firm" }, commandId, row.Position);

    private async Task<TapeInput?> InputAsync(long position, CancellationToken ct)
    {
        var tape = await PositionAsync(
            "select seq_id from events.mt_events where seq_id between $1 and $2 and type = 'inputs_recorded' order by seq_id desc limit 1", ct, position - EventReader.BatchReach, position - 1);
        return tape is { } at && await reader.FindAsync(at, ct) is { } e ? TapeInput.Of(at, (InputsRecorded)EventJson.Deserialize(e.Type, e.Data.Span), position) : null;
    }

    private async Task<long?> PositionAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(ct) as long?;
    }
}
