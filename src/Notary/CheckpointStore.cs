using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.TransparencyLog;
using Npgsql;
using NpgsqlTypes;

namespace EventSourcedTrading.Notary;

/// <summary>Checkpoints in the database, for whoever serves, proves and shows them. The archive is what counts.</summary>
public sealed class CheckpointStore(NpgsqlDataSource source)
{
    public async Task<long?> NewestSizeAsync(CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select max(size) from audit.checkpoints");
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>The newest checkpoint, with the cosignatures that came for it; null if nothing was ever signed.</summary>
    /// <param name="least">Of at least so many events.</param>
    public async Task<SignedNote?> NewestAsync(long least = 0, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            """
            select c.note, array(select line from audit.cosignatures s where s.size = c.size order by witness)
              from audit.checkpoints c where c.size >= $1 order by c.size desc limit 1
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = least });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return SignedNote.Parse(row.GetString(0) + string.Concat(row.GetFieldValue<string[]>(1).Select(line => line + "\n")));
    }

    /// <summary>The checkpoint of exactly so many events, or the newest, as it was signed and without what came later; null if there is none.</summary>
    public async Task<string?> FindAsync(long? size = null, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select note from audit.checkpoints where size = coalesce($1, size) order by size desc limit 1");
        command.Parameters.Add(new NpgsqlParameter { Value = size ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>All of them, by size, as they lie there: nothing is checked.</summary>
    /// <param name="after">Only those of more events; -1 for all, also that of an empty log.</param>
    public async Task<IReadOnlyList<string>> AllAsync(long after = -1, CancellationToken ct = default)
    {
        var notes = new List<string>();
        await using var command = source.CreateCommand("select note from audit.checkpoints where size > $1 order by size");
        command.Parameters.Add(new NpgsqlParameter { Value = after });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) notes.Add(rows.GetString(0));
        return notes;
    }

    /// <summary>Keeps a checkpoint with the subtrees that are whole since the one before.</summary>
    public async Task SaveAsync(SignedCheckpoint signed, IReadOnlyList<FinishedSubtree> finished, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var subtrees = new NpgsqlCommand("insert into audit.subtrees (level, index, hash) select * from unnest($1, $2, $3) on conflict do nothing", connection))
        {
            subtrees.Parameters.Add(new NpgsqlParameter { Value = finished.Select(f => (short)f.Level).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint });
            subtrees.Parameters.Add(new NpgsqlParameter { Value = finished.Select(f => f.Index).ToArray() });
            subtrees.Parameters.Add(new NpgsqlParameter { Value = finished.Select(f => f.Hash).ToArray() });
            await subtrees.ExecuteNonQueryAsync(ct);
        }

        await using (var checkpoint = new NpgsqlCommand("insert into audit.checkpoints (size, note, signed_at) values ($1, $2, $3) on conflict do nothing", connection))
        {
            foreach (var value in (object[])[signed.Checkpoint.Size, signed.Note.ToString(), signed.At.UtcDateTime]) checkpoint.Parameters.Add(new NpgsqlParameter { Value = value });
            await checkpoint.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Keeps what a verification found, in the place of the one before.</summary>
    public async Task VerifiedAsync(LastVerification found, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            """
            insert into est.last_verification (at, size, faults) values ($1, $2, $3)
            on conflict (only_one) do update set at = excluded.at, size = excluded.size, faults = excluded.faults
            """);
        foreach (var value in (object[])[found.At.UtcDateTime, found.Size, found.Faults]) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Null if there never was one.</summary>
    public async Task<LastVerification?> LastVerificationAsync(CancellationToken ct = default)
    {
        await using var command = source.CreateCommand("select at, size, faults from est.last_verification");
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new LastVerification(row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1), row.GetInt32(2)) : null;
    }

    /// <summary>Keeps a witness's signature line, once for each witness.</summary>
    public Task AddCosignatureAsync(long size, string witness, string line, CancellationToken ct = default) =>
        AddAsync("insert into audit.cosignatures (size, witness, line) values ($1, $2, $3) on conflict do nothing", size, witness, line, ct);

    /// <summary>Keeps a time-stamp, once for each authority.</summary>
    public Task AddTimeStampAsync(long size, string authority, byte[] token, CancellationToken ct = default) =>
        AddAsync("insert into audit.time_stamps (size, authority, token) values ($1, $2, $3) on conflict do nothing", size, authority, token, ct);

    /// <summary>The oldest time-stamped checkpoint of at least so many events, with its token; null if there is none.</summary>
    public async Task<(string Note, byte[] Token)?> TimeStampedAsync(long least, CancellationToken ct = default)
    {
        await using var command = source.CreateCommand(
            "select c.note, t.token from audit.time_stamps t join audit.checkpoints c using (size) where t.size >= $1 order by t.size limit 1");
        command.Parameters.Add(new NpgsqlParameter { Value = least });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    private async Task AddAsync(string sql, long size, string from, object what, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in (object[])[size, from, what]) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>What was found when rows were last compared with leaves.</summary>
/// <param name="Size">Events of the newest checkpoint that was verified against.</param>
public sealed record LastVerification(DateTimeOffset At, long Size, int Faults);
