using System.Security.Cryptography;
using Npgsql;

namespace EventSourcedTrading.Privacy;

/// <param name="Name">Null if the person is forgotten, or is under another master key.</param>
public sealed record PersonView(string Reference, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? ForgottenAt);

/// <summary>What is done with persons beside naming them.</summary>
public static class PersonRecords
{
    /// <summary>The most that are listed.</summary>
    public const int MaxListed = 10_000;

    /// <summary>Everybody, newest first; at most <see cref="MaxListed"/>.</summary>
    /// <param name="source">Connects as est_app or est_reader.</param>
    /// <param name="master">Without the right one there are references alone.</param>
    public static async Task<IReadOnlyList<PersonView>> ListAsync(NpgsqlDataSource source, MasterKey? master, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select {PersonRow.Columns} from privacy.persons order by created_at desc, reference limit {MaxListed}");
        return [.. (await PersonRow.ReadAsync(command, ct)).Select(r => View(r, master))];
    }

    /// <summary>Null if there is no such reference.</summary>
    public static async Task<PersonView?> FindAsync(NpgsqlDataSource source, MasterKey? master, string reference, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select {PersonRow.Columns} from privacy.persons where reference = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = reference });
        return await PersonRow.ReadAsync(command, ct) is [var row] ? View(row, master) : null;
    }

    /// <summary>
    /// Destroys the person's key and name: from now on the reference means nobody, and what was sealed under the key in events is noise.
    /// Harmless to repeat. It takes no master key, so a person can be forgotten whose master key is lost.
    /// </summary>
    /// <param name="source">Connects as est_app.</param>
    public static async Task ForgetAsync(NpgsqlDataSource source, string reference, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            update privacy.persons set lookup = null, sealed_name = null, wrapped_key = null, key_id = null, forgotten_at = $2
             where reference = $1 and forgotten_at is null
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = reference });
        command.Parameters.Add(new NpgsqlParameter { Value = at });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Puts every person's key under another master key, all or none. Once the old one is destroyed, no older copy of the database names anybody.</summary>
    /// <param name="source">Connects as est_app.</param>
    /// <returns>How many persons.</returns>
    /// <exception cref="MasterKeyException">A person is under another key than <paramref name="old"/>, or the two are one.</exception>
    public static async Task<int> RekeyAsync(NpgsqlDataSource source, MasterKey old, MasterKey next, CancellationToken ct)
    {
        // Else who then destroys "the old one" would have destroyed the only one.
        if (next.Id == old.Id) throw new MasterKeyException($"the new master key is the old one, {old.Id}: --new-key-file must name another file");
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var hold = new NpgsqlCommand($"select pg_advisory_xact_lock({PersonDirectory.LockKey})", connection)) await hold.ExecuteNonQueryAsync(ct);
        await using var read = new NpgsqlCommand($"select {PersonRow.Columns} from privacy.persons where forgotten_at is null for update", connection);
        var rows = await PersonRow.ReadAsync(read, ct);
        await using var write = new NpgsqlCommand(
            """
            update privacy.persons p set lookup = n.lookup, wrapped_key = n.wrapped_key, key_id = $4
              from unnest($1::text[], $2::bytea[], $3::bytea[]) n (reference, lookup, wrapped_key) where p.reference = n.reference
            """, connection);
        var opened = rows.ConvertAll(r => (r.Reference, Open: r.Open(old)));
        write.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. opened.Select(o => o.Reference)] });
        write.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. opened.Select(o => next.Lookup(o.Open.Name!))] });
        write.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. opened.Select(o => next.Wrap(o.Open.Key, o.Reference))] });
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = next.Id });
        var count = await write.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return count;
    }

    private static PersonView View(PersonRow row, MasterKey? master) =>
        new(row.Reference, row.KeyId == master?.Id ? row.Open(master).Name : null, row.CreatedAt, row.ForgottenAt);
}
