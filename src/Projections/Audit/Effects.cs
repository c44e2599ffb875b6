using Npgsql;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>Follows causation ids downwards: all that an event caused, and what that caused, level by level.</summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class Effects(NpgsqlDataSource source)
{
    /// <summary>How many causes one statement asks for.</summary>
    private const int Chunk = 500;

    private readonly AuditQuery query = new(source);

    /// <returns>Null if the index has no event at that place.</returns>
    public async Task<CausalTree?> FollowedAsync(long position, CancellationToken ct = default)
    {
        if (await query.AtAsync(position, ct) is not { } root) return null;
        var effects = new Dictionary<long, List<AuditRow>>();
        var seen = new HashSet<long> { root.Position };
        List<AuditRow> level = [root];
        for (var depth = 0; level.Count > 0; depth++)
        {
            List<AuditRow> next = [];
            for (var i = 0; i < level.Count; i += Chunk)
            {
                foreach (var (cause, effect) in await OfAsync(level.GetRange(i, Math.Min(Chunk, level.Count - i)), CausalTree.MaxNodes + 1 - seen.Count, ct))
                {
                    if (seen.Contains(effect.Position)) continue;
                    if (depth == CausalTree.MaxDepth || seen.Count == CausalTree.MaxNodes) return new CausalTree(Drawn(root, effects), null, null, true);
                    seen.Add(effect.Position);
                    if (!effects.TryGetValue(cause, out var children)) effects[cause] = children = [];
                    children.Add(effect);
                    next.Add(effect);
                }
            }

            level = next;
        }

        return new CausalTree(Drawn(root, effects), null, null, false);
    }

    /// <summary>Effects of some events, oldest first, with the place of their cause.</summary>
    private async Task<List<(long Cause, AuditRow Effect)>> OfAsync(List<AuditRow> causes, int limit, CancellationToken ct)
    {
        var byName = await NamesAsync(causes, ct);
        await using var command = source.CreateCommand($"select {AuditRow.Columns} from read.audit_index i where i.causation_id = any ($1) order by i.seq + 0 limit $2");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. byName.Keys] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var found = new List<(long, AuditRow)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var effect = AuditRow.Read(rows);
            var cause = byName[effect.CausationId!];
            // A command's id is unique in its portfolio only.
            if (cause.Type == CommandType && cause.Portfolio != "firm" && effect.Portfolio is { } other && other != cause.Portfolio) continue;
            if (effect.Position > cause.Position) found.Add((cause.Position, effect));
        }

        return found;
    }

    private const string CommandType = "command_authorised";

    /// <summary>What effects call their cause: its id; a command that was authorised is also called by its own.</summary>
    private async Task<Dictionary<string, AuditRow>> NamesAsync(List<AuditRow> causes, CancellationToken ct)
    {
        var byPosition = causes.ToDictionary(c => c.Position);
        await using var command = source.CreateCommand(
            $"select seq_id, id::text, case when type = '{CommandType}' then 'command:' || (data ->> 'commandId') end from events.mt_events where seq_id = any ($1)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. byPosition.Keys] });
        var names = new Dictionary<string, AuditRow>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var cause = byPosition[rows.GetInt64(0)];
            names[rows.GetString(1)] = cause;
            if (!rows.IsDBNull(2)) names.TryAdd(rows.GetString(2), cause);
        }

        return names;
    }

    /// <summary>Each event directly before what it caused.</summary>
    private static List<CausalNode> Drawn(AuditRow root, Dictionary<long, List<AuditRow>> effects)
    {
        var drawn = new List<CausalNode>();
        var waiting = new Stack<CausalNode>();
        waiting.Push(new CausalNode(0, null, root));
        while (waiting.TryPop(out var node))
        {
            drawn.Add(node);
            if (!effects.TryGetValue(node.Event.Position, out var children)) continue;
            for (var i = children.Count - 1; i >= 0; i--) waiting.Push(new CausalNode(node.Depth + 1, node.Event.Position, children[i]));
        }

        return drawn;
    }
}
