using Npgsql;

namespace EventSourcedTrading.EventStore;

/// <summary>Folded state as of a position in the log.</summary>
/// <param name="Key">Whose state: 1 to 200 characters.</param>
/// <param name="Position">The last event that is folded in: a seq_id, or 0.</param>
/// <param name="SchemaVersion">The shape of the data, from 1; raise it when the state's shape or fold changes.</param>
/// <param name="Data">The state, in whatever encoding its owner likes; at most 64 MiB.</param>
public sealed record Snapshot(string Key, long Position, int SchemaVersion, ReadOnlyMemory<byte> Data);

/// <summary>Keeps the latest snapshot of each key. A snapshot is a cache: losing one costs time, nothing else.</summary>
public sealed class SnapshotStore(NpgsqlDataSource source)
{
    private const int MaxBytes = 64 << 20;

    /// <summary>Saves a snapshot unless a newer one of the same schema version is there.</summary>
    /// <returns>Whether it was saved.</returns>
    public async Task<bool> SaveAsync(Snapshot snapshot, CancellationToken ct = default)
    {
        if (snapshot.Key is not { Length: > 0 and <= 200 })
            throw new ArgumentException($"Key has {snapshot.Key?.Length ?? 0} characters; it must have 1 to 200.", nameof(snapshot));
        if (snapshot.Data.Length > MaxBytes)
            throw new ArgumentException($"Data has {snapshot.Data.Length} bytes; the most is {MaxBytes}.", nameof(snapshot));
        if (snapshot.Position < 0 || snapshot.SchemaVersion < 1)
            throw new ArgumentException(
                $"Position {snapshot.Position} must be 0 or more, SchemaVersion {snapshot.SchemaVersion} 1 or more.", nameof(snapshot));
        await using var command = source.CreateCommand(
            """
            insert into est.snapshots as s (key, position, schema_version, data) values ($1, $2, $3, $4)
            on conflict (key) do update
               set position = excluded.position, schema_version = excluded.schema_version,
                   data = excluded.data, created = now()
             where (s.schema_version, s.position) < (excluded.schema_version, excluded.position)
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = snapshot.Key });
        command.Parameters.Add(new NpgsqlParameter { Value = snapshot.Position });
        command.Parameters.Add(new NpgsqlParameter { Value = snapshot.SchemaVersion });
        command.Parameters.Add(new NpgsqlParameter { Value = snapshot.Data });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The latest snapshot; null if there is none of this schema version.</summary>
    public async Task<Snapshot?> LoadAsync(string key, int schemaVersion, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            "select position, data from est.snapshots where key = $1 and schema_version = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        command.Parameters.Add(new NpgsqlParameter { Value = schemaVersion });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new Snapshot(key, row.GetInt64(0), schemaVersion, row.GetFieldValue<byte[]>(1))
            : null;
    }

    /// <summary>Takes a snapshot away, unless it is newer than a position.</summary>
    /// <returns>Whether there was one to take away.</returns>
    public async Task<bool> ForgetAsync(string key, long upTo, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("delete from est.snapshots where key = $1 and position <= $2");
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        command.Parameters.Add(new NpgsqlParameter { Value = upTo });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
