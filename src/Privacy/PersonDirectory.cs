using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace EventSourcedTrading.Privacy;

/// <summary>
/// Between persons' names, which only people see, and their references, which everything else works with. What was asked for is
/// remembered for half a minute: that long another process may know a name that has been forgotten.
/// </summary>
/// <param name="source">Connects as est_app; est_reader will do for all but <see cref="ReferenceAsync"/>.</param>
public sealed class PersonDirectory(NpgsqlDataSource source, MasterKeySource keys, TimeProvider time)
{
    /// <summary>How long an answer is good for.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    /// <summary>Shared by who adds a person, and for its own by who exchanges the master key: "EST_PERS".</summary>
    internal const long LockKey = 0x4553545F50455253;

    private const int MaxKnown = 10_000;
    private readonly ConcurrentDictionary<string, Known> byReference = [], byName = [];

    /// <summary>Fails early where the master key is not the one that the persons are under.</summary>
    /// <exception cref="MasterKeyException">Another key, or none that can be made.</exception>
    public async Task CheckAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await CheckAsync(connection, keys.FindOrCreate(), ct);
    }

    /// <summary>The person's reference; a new one for who was not known, or was forgotten.</summary>
    /// <param name="name">See <see cref="PersonName"/>.</param>
    /// <exception cref="MasterKeyException">Another key than the persons are under, or none that can be made.</exception>
    public async ValueTask<string> ReferenceAsync(string name, CancellationToken ct) => (await FindAsync(name, ct))?.Reference ?? await AddAsync(name, ct);

    /// <summary>What an actor is called in the log: the reference of a person who is known by that name; else the text as it is.</summary>
    /// <exception cref="MasterKeyException">Another key than the persons are under.</exception>
    public async ValueTask<string> ActorAsync(string text, CancellationToken ct) => PersonName.Of(text) is { } name && await FindAsync(name, ct) is { } known ? known.Reference : text;

    /// <summary>Names of the references in a text, as far as they are known.</summary>
    /// <exception cref="MasterKeyException">Another key than the persons are under.</exception>
    public async ValueTask<IReadOnlyDictionary<string, string>> NamesAsync(string text, CancellationToken ct)
    {
        var names = new Dictionary<string, string>();
        foreach (var known in await KnownAsync(PersonReference.In(text), ct))
            if (known.Name is { } name) names[known.Reference] = name;
        return names;
    }

    /// <summary>The text with names in the place of references.</summary>
    /// <exception cref="MasterKeyException">Another key than the persons are under.</exception>
    public async ValueTask<string> NamedAsync(string text, CancellationToken ct) => PersonReference.Replace(text, await NamesAsync(text, ct));

    /// <summary>A caller's address as it goes on record: sealed under the person's own key, so that it goes with the person.</summary>
    /// <param name="reference">Null for a caller who is not known; then nobody can make the address of it again.</param>
    public async ValueTask<string> SealAddressAsync(string? reference, string address, CancellationToken ct) =>
        reference is not null && (await KnownAsync([reference], ct)) is [{ Key: { } key }] ? Sealing.SealText(key, address, AddressOf(reference))
            : keys.FindOrCreate().Pseudonym(address, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    /// <summary>The address that was sealed; as it stands on record where nobody can open it, or where it was not sealed.</summary>
    public async ValueTask<string> OpenAddressAsync(string? reference, string address, CancellationToken ct)
    {
        if (reference is null || !address.StartsWith(Sealing.Prefix, StringComparison.Ordinal) || await KnownAsync([reference], ct) is not [{ Key: { } key }]) return address;
        try
        {
            return Sealing.OpenText(key, address, AddressOf(reference));
        }
        catch (CryptographicException)
        {
            return address;
        }
    }

    /// <summary>The next question goes to the database.</summary>
    public void Refresh()
    {
        byReference.Clear();
        byName.Clear();
    }

    private static string AddressOf(string reference) => $"{reference}\naddress";

    private async ValueTask<List<Known>> KnownAsync(IReadOnlyCollection<string> references, CancellationToken ct)
    {
        var known = new List<Known>(references.Count);
        List<string> asked = [];
        foreach (var reference in references)
        {
            if (byReference.TryGetValue(reference, out var one) && IsFresh(one)) known.Add(one);
            else if (PersonReference.IsOne(reference)) asked.Add(reference);
        }

        if (asked.Count == 0) return known;
        await using var command = source.CreateCommand($"select {PersonRow.Columns} from privacy.persons where reference = any ($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. asked] });
        foreach (var row in await PersonRow.ReadAsync(command, ct)) known.Add(Remember(row));
        return known;
    }

    private async ValueTask<Known?> FindAsync(string name, CancellationToken ct)
    {
        if (byName.TryGetValue(name, out var known) && IsFresh(known)) return known;
        if (keys.Find() is not { } master)
        {
            await CheckAsync(null, ct);
            return null;
        }

        await using var command = source.CreateCommand($"select {PersonRow.Columns} from privacy.persons where lookup = $1");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = master.Lookup(name) });
        if (await PersonRow.ReadAsync(command, ct) is [var row]) return Remember(row);
        await CheckAsync(master, ct);
        return null;
    }

    private async Task<string> AddAsync(string name, CancellationToken ct)
    {
        var (master, reference, key) = (keys.FindOrCreate(), PersonReference.Create(), RandomNumberGenerator.GetBytes(Sealing.KeyLength));
        await using (var connection = await source.OpenConnectionAsync(ct))
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            await using (var hold = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({LockKey})", connection)) await hold.ExecuteNonQueryAsync(ct);
            await CheckAsync(connection, master, ct);
            await using var insert = new NpgsqlCommand(
                "insert into privacy.persons (reference, lookup, sealed_name, wrapped_key, key_id) values ($1, $2, $3, $4, $5) on conflict (lookup) do nothing", connection);
            foreach (var value in (object[])[reference, master.Lookup(name), Sealing.SealPadded(key, name, PersonRow.NameOf(reference)), master.Wrap(key, reference), master.Id])
                insert.Parameters.Add(new NpgsqlParameter { Value = value });
            await insert.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return (await FindAsync(name, ct))?.Reference ?? throw new InvalidOperationException("A person was forgotten at the moment of being added; try again.");
    }

    private async Task CheckAsync(MasterKey? master, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await CheckAsync(connection, master, ct);
    }

    private static async Task CheckAsync(NpgsqlConnection connection, MasterKey? master, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select key_id from privacy.persons where key_id <> $1 limit 1", connection) { Parameters = { new NpgsqlParameter { Value = master?.Id ?? "" } } };
        if (await command.ExecuteScalarAsync(ct) is string other) throw MasterKeyException.Other(other, master?.Id);
    }

    private Known Remember(PersonRow row)
    {
        var (key, name) = row.Open(keys.Find());
        if (byReference.Count >= MaxKnown) Refresh();
        var known = new Known(row.Reference, name, key, time.GetTimestamp());
        byReference[known.Reference] = known;
        if (name is not null) byName[name] = known;
        return known;
    }

    private bool IsFresh(Known known) => time.GetElapsedTime(known.At) < Freshness;

    /// <param name="Key">Null, as the name, of a person who is forgotten.</param>
    private sealed record Known(string Reference, string? Name, byte[]? Key, long At);
}
