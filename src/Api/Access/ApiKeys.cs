using System.Security.Cryptography;
using System.Text.Json;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Privacy;
using Npgsql;

namespace EventSourcedTrading.Api.Access;

/// <summary>What may be shown of a key.</summary>
/// <param name="Person">A reference until it goes out.</param>
/// <param name="UsedAt">To the hour.</param>
public sealed record ApiKeyView(
    string KeyId, string Person, IReadOnlyList<Role> Roles, string IssuedBy, Timestamp CreatedAt, Timestamp ExpiresAt, Timestamp? RevokedAt, Timestamp? UsedAt);

/// <summary>Issues, checks and revokes API keys.</summary>
/// <param name="source">Connects as est_app.</param>
public sealed class ApiKeys(NpgsqlDataSource source, EventLog log, PersonDirectory persons, TimeProvider time)
{
    public const int MaxDays = 366;

    private const string Shown = "key_id, person, roles, issued_by, created_at, expires_at, revoked_at, used_at";

    /// <summary>Compared with where there is no such key, so that an unknown id takes as long as a wrong secret.</summary>
    private static readonly byte[] NoHash = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>Puts a new key on record and in force.</summary>
    /// <param name="person">A name: see <see cref="PersonName"/>.</param>
    /// <param name="issuedBy">A reference, or the word for what is no person.</param>
    /// <exception cref="RefusedException">A person that is none, no role, or a life that is not 1 to 366 days.</exception>
    public async Task<ApiKey> IssueAsync(string person, IReadOnlyList<Role> roles, int days, string issuedBy, string reason, CancellationToken ct)
    {
        var name = PersonName.Of(person)
            ?? throw new RefusedException("BAD_PERSON", $"person '{person}' must have 1 to {PersonName.MaxLength} letters, digits and . _ @ + -, and not be a reference", "person");
        if (roles.Count == 0) throw new RefusedException("NO_ROLE", $"roles must name at least one of {string.Join(", ", Enum.GetValues<Role>().Select(WordOf))}", "roles");
        if (days is < 1 or > MaxDays) throw new RefusedException("BAD_EXPIRY", $"days {days} must be 1 to {MaxDays}", "days");
        Role[] distinct = [.. roles.Distinct().Order()];
        var (key, reference) = (ApiKey.Create(), await persons.ReferenceAsync(name, ct));
        var expires = Timestamp.From(time.GetUtcNow()) + TimeSpan.FromDays(days);
        // The record first: a key that is on record but does not work harms nobody, the reverse would.
        await log.AppendAsync("keys", $"key:{key.KeyId}", [new KeyIssued(key.KeyId, reference, distinct, expires, issuedBy, reason)], ct);
        await using var command = source.CreateCommand(
            "insert into control.api_keys (key_id, person, roles, secret_sha256, issued_by, expires_at) values ($1, $2, $3, $4, $5, $6)");
        foreach (var value in (object[])[key.KeyId, reference, distinct.Select(WordOf).ToArray(), ApiKey.Hash(key.Secret), issuedBy, expires.ToDateTime()])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(ct);
        return key;
    }

    /// <summary>Makes a key worthless from this moment on. Harmless to repeat.</summary>
    /// <exception cref="RefusedException">No such key.</exception>
    public async Task<ApiKeyView> RevokeAsync(string keyId, string revokedBy, string reason, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"update control.api_keys set revoked_at = coalesce(revoked_at, now()) where key_id = $1 returning {Shown}");
        command.Parameters.Add(new NpgsqlParameter { Value = keyId });
        if (await ReadAsync(command, ct) is not [var key]) throw new RefusedException("UNKNOWN_KEY", $"there is no key '{keyId}'", "keyId");
        // In force first, on record second; if we die in between, a repeat puts it on record.
        if (!await log.HasAsync<KeyRevoked>("keys", e => e.KeyId == keyId, ct))
            await log.AppendAsync("keys", $"key:{keyId}", [new KeyRevoked(keyId, key.Person, revokedBy, reason)], ct);
        return key;
    }

    /// <summary>Makes all keys of a person worthless. Harmless to repeat.</summary>
    /// <param name="person">A reference.</param>
    /// <returns>Ids of the keys that were good until now.</returns>
    public async Task<IReadOnlyList<string>> RevokeAllAsync(string person, string revokedBy, string reason, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select {Shown} from control.api_keys where person = $1 order by created_at, key_id");
        command.Parameters.Add(new NpgsqlParameter { Value = person });
        var keys = await ReadAsync(command, ct);
        foreach (var key in keys) await RevokeAsync(key.KeyId, revokedBy, reason, ct);
        return [.. keys.Where(k => k.RevokedAt is null).Select(k => k.KeyId)];
    }

    /// <summary>Keys that were issued before there were references, to a name, get the name's reference. Harmless to repeat.</summary>
    public async Task AdoptAsync(CancellationToken ct)
    {
        await using var ask = source.CreateCommand("select distinct person from control.api_keys where person !~ '^person-[a-z2-7]{12}$'");
        var names = new List<string>();
        await using (var row = await ask.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct)) names.Add(row.GetString(0));
        foreach (var name in names)
        {
            await using var command = source.CreateCommand("update control.api_keys set person = $2 where person = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = name });
            command.Parameters.Add(new NpgsqlParameter { Value = await persons.ReferenceAsync(name, ct) });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>All keys ever issued, newest first; at most 1,000.</summary>
    public async Task<IReadOnlyList<ApiKeyView>> ListAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select {Shown} from control.api_keys order by created_at desc, key_id limit 1000");
        return await ReadAsync(command, ct);
    }

    private static async Task<IReadOnlyList<ApiKeyView>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var row = await command.ExecuteReaderAsync(ct);
        var keys = new List<ApiKeyView>();
        while (await row.ReadAsync(ct))
            keys.Add(new ApiKeyView(row.GetString(0), row.GetString(1), Read(row.GetFieldValue<string[]>(2)), row.GetString(3), Time(4)!.Value, Time(5)!.Value, Time(6), Time(7)));
        return keys;

        Timestamp? Time(int column) => row.IsDBNull(column) ? null : Timestamp.FromDateTime(row.GetDateTime(column));
    }

    /// <summary>Whose key it is; else why it is worth nothing, for the record and not for the caller.</summary>
    public async Task<(Caller? Caller, string? Code)> FindAsync(ApiKey key, string address, CancellationToken ct)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (caller, code, stale) = await CheckAsync(key, address, now, ct);
        if (stale) await MarkUsedAsync(key.KeyId, now, ct);
        return (caller, code);
    }

    /// <summary>Which of these keys are revoked or have expired.</summary>
    public async Task<IReadOnlySet<string>> WorthlessAsync(IReadOnlyCollection<string> keyIds, CancellationToken ct)
    {
        var worthless = new HashSet<string>();
        if (keyIds.Count == 0) return worthless;
        await using var command = source.CreateCommand("select key_id from control.api_keys where key_id = any($1) and (revoked_at is not null or expires_at <= $2)");
        command.Parameters.Add(new NpgsqlParameter { Value = keyIds.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = time.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) worthless.Add(row.GetString(0));
        return worthless;
    }

    public static string WordOf(Role role) => JsonNamingPolicy.CamelCase.ConvertName(role.ToString());

    /// <summary>Leaves the reader before anything else is asked: closed twice, it would close the one of whoever has its connection by then.</summary>
    private async Task<(Caller? Caller, string? Code, bool Stale)> CheckAsync(ApiKey key, string address, DateTime now, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select person, roles, secret_sha256, issued_by, expires_at, revoked_at, used_at from control.api_keys where key_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = key.KeyId });
        await using var row = await command.ExecuteReaderAsync(ct);
        var known = await row.ReadAsync(ct);
        var matches = CryptographicOperations.FixedTimeEquals(ApiKey.Hash(key.Secret), known ? row.GetFieldValue<byte[]>(2) : NoHash);
        if (!known || !matches) return (null, "UNKNOWN_KEY", false);
        if (!row.IsDBNull(5)) return (null, "KEY_REVOKED", false);
        if (row.GetDateTime(4) <= now) return (null, "KEY_EXPIRED", false);
        var caller = new Caller(row.GetString(0), Read(row.GetFieldValue<string[]>(1)), key.KeyId, row.GetString(3), address);
        return (caller, null, row.IsDBNull(6) || now - row.GetDateTime(6) > TimeSpan.FromHours(1));
    }

    private async Task MarkUsedAsync(string keyId, DateTime now, CancellationToken ct)
    {
        await using var command = source.CreateCommand("update control.api_keys set used_at = date_trunc('hour', $2) where key_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = keyId });
        command.Parameters.Add(new NpgsqlParameter { Value = now });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static Role[] Read(string[] words) => [.. words.Select(w => Enum.Parse<Role>(w, ignoreCase: true))];
}
