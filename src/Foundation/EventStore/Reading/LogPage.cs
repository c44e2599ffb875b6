using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.EventStore;

/// <summary>
/// Reads ranges of the log over one connection. The statement is not prepared: a plan kept from when the log was
/// small would scan the whole table for every page once it is large.
/// </summary>
internal sealed class LogPage
{
    /// <summary>A page ends early once its events have so many bytes of data: 64 MiB.</summary>
    private const long MaxBytes = 64L << 20;

    private readonly NpgsqlCommand _command;
    private readonly Upcasters _upcasters;

    public LogPage(NpgsqlConnection connection, Upcasters upcasters, IReadOnlyCollection<string>? types)
    {
        _upcasters = upcasters;
        var range = $"{EventRow.Select} where seq_id > $1 and seq_id <= $2";
        _command = new NpgsqlCommand(
            types is null ? $"{range} order by seq_id" : $"{range} and type = any($3) order by seq_id", connection)
        {
            Parameters =
            {
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
        if (types is not null) _command.Parameters.Add(new NpgsqlParameter { Value = upcasters.WithOlder(types) });
    }

    /// <summary>The events after one number up to another, and how far that really went.</summary>
    public async Task<(List<RecordedEvent> Events, long UpTo)> ReadAsync(long after, long upTo, CancellationToken ct)
    {
        _command.Parameters[0].Value = after;
        _command.Parameters[1].Value = upTo;
        var events = new List<RecordedEvent>();
        var bytes = 0L;
        await using var rows = await _command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var e = EventRow.Read(rows);
            events.Add(_upcasters.Apply(e));
            bytes += e.Data.Length + e.Headers.Length;
            if (bytes > MaxBytes) return (events, e.SeqId);
        }
        return (events, upTo);
    }
}
