using EventSourcedTrading.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Projections.Audit;

/// <summary>A stretch of what was found.</summary>
/// <param name="Next">Ask with this as <c>after</c> for the next page; null if this was the last.</param>
/// <param name="IndexedTo">How far the index had followed the log: what is behind that is not among the answers.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Items, long? Next, long IndexedTo);

/// <summary>Finds events of the log by what they say.</summary>
/// <param name="source">Connects as est_reader, or as est_app.</param>
public sealed class AuditQuery(NpgsqlDataSource source)
{
    /// <summary>The most events that a page may have.</summary>
    public const int MaxPage = 500;

    // An id is in few events: those are found by its own index. The + keeps the planner from walking the log in its order instead.
    private const string ById = $"""
        select {AuditRow.Columns} from read.audit_index i
         where ($14::text is null or i.order_id = $14) and ($15::text is null or i.decision_id = $15)
           and ($16::text is null or i.correlation_id = $16) and ($17::text is null or i.causation_id = $17)
           and ($1::text is null or i.type = $1) and ($2::text is null or i.stream = $2) and ($3::text is null or i.portfolio = $3)
           and ($4::text is null or i.instrument = $4) and ($5::text is null or $5 = any (i.agents)) and ($6::text is null or i.actor = $6)
           and ($7::text is null or i.lexemes @@ websearch_to_tsquery('simple', $7)) and i.seq + 0 between $8 and $9
           and ($10::timestamptz is null or i.recorded_at >= $10) and ($11::timestamptz is null or i.recorded_at <= $11)
         order by case when $12 then -i.seq else i.seq end limit $13
        """;

    private const string ByValues = $"""
        select {AuditRow.Columns} from est.find_events($1, $2, $3, $4, $5, $6, websearch_to_tsquery('simple', $7), $8, $9, $10, $11, $12, $13) i
        """;

    /// <summary>Events that the filter asks for, newest first or oldest first.</summary>
    /// <param name="after">The <see cref="AuditPage.Next"/> of the page before; null for the first page.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>.</param>
    /// <exception cref="AuditFilterException">The filter or the limit has no sense.</exception>
    public async Task<AuditPage> FindAsync(AuditFilter filter, int limit = 50, bool newestFirst = true, long? after = null, CancellationToken ct = default)
    {
        filter.Check();
        if (limit is < 1 or > MaxPage) throw new AuditFilterException("limit", $"limit {limit} must be 1 to {MaxPage}");
        var (first, last) = (filter.FirstPosition ?? 1, filter.LastPosition ?? long.MaxValue);
        if (after < 1) throw new AuditFilterException("after", $"after {after} must be the next of an earlier page");
        if (after is { } place) (first, last) = newestFirst ? (first, Math.Min(last, place - 1)) : (Math.Max(first, place == long.MaxValue ? place : place + 1), last);

        // Before the question: what is said to be indexed was there to be found.
        var indexed = await IndexedToAsync(ct);
        var byId = (filter.Order ?? filter.Decision ?? filter.Correlation ?? filter.Causation) is not null;
        await using var command = source.CreateCommand(byId ? ById : ByValues);
        Add(filter.Type, filter.Stream, filter.Portfolio, filter.Instrument, filter.Agent, filter.Actor, filter.Text);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)filter.From?.ToDateTime() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)filter.To?.ToDateTime() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = newestFirst });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        if (byId) Add(filter.Order, filter.Decision, filter.Correlation, filter.Causation);

        var items = new List<AuditRow>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) items.Add(AuditRow.Read(rows));
        if (items.Count <= limit) return new AuditPage(items, null, indexed);
        items.RemoveAt(limit);
        return new AuditPage(items, items[^1].Position, indexed);

        void Add(params ReadOnlySpan<string?> values)
        {
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value });
        }
    }

    /// <summary>The event at a place of the log as the index has it; null if the log, or the index, is not that long.</summary>
    public async Task<AuditRow?> AtAsync(long position, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand($"select {AuditRow.Columns} from read.audit_index i where i.seq = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct) ? AuditRow.Read(rows) : null;
    }

    /// <summary>The event itself, with all that it says, from the log; null if the log is not that long.</summary>
    public Task<RecordedEvent?> EventAsync(long position, CancellationToken ct = default) => new EventReader(source).FindAsync(position, ct);

    public async Task<long> IndexedToAsync(CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select position from read.status where name = 'audit_index'");
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }
}
