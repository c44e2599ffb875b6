using Npgsql;

namespace EventSourcedTrading.Privacy;

/// <summary>A row of privacy.persons.</summary>
/// <param name="Wrapped">The person's key under the master key; null, as name and key id, once the person is forgotten.</param>
internal sealed record PersonRow(string Reference, byte[]? SealedName, byte[]? Wrapped, string? KeyId, DateTimeOffset CreatedAt, DateTimeOffset? ForgottenAt)
{
    public const string Columns = "reference, sealed_name, wrapped_key, key_id, created_at, forgotten_at";

    /// <summary>What a sealed name is associated with.</summary>
    public static string NameOf(string reference) => $"{reference}\nname";

    public static async Task<List<PersonRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var rows = new List<PersonRow>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            rows.Add(new PersonRow(row.GetString(0), Bytes(1), Bytes(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5)));
        return rows;

        byte[]? Bytes(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
    }

    /// <summary>The person's key and name; nulls for one who is forgotten.</summary>
    /// <exception cref="MasterKeyException">Under another master key.</exception>
    public (byte[]? Key, string? Name) Open(MasterKey? master)
    {
        if (ForgottenAt is not null) return (null, null);
        if (KeyId != master?.Id) throw MasterKeyException.Other(KeyId!, master?.Id);
        var key = master!.Unwrap(Wrapped, Reference);
        return (key, Sealing.OpenPadded(key, SealedName, NameOf(Reference)));
    }
}
