using System.Security.Cryptography;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.Privacy.Tests;

/// <summary>Persons in PostgreSQL: named, forgotten, under another master key.</summary>
public sealed class PersonTests : IAsyncLifetime
{
    private readonly MasterKey master = new(RandomNumberGenerator.GetBytes(32));
    private string secret = "";
    private TestDatabase database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (database, secret) = (await TestDatabase.CreateAsync(), NewSecret());

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static MasterKey KeyOf(string text) => new(Convert.FromBase64String(text));

    private static MasterKeySource Source(string? text) => new(name => name == "EST_PRIVACY_KEY" ? text : null);

    private PersonDirectory Directory(string? text = null, NpgsqlDataSource? source = null) => new(source ?? database.App, Source(text ?? secret), TimeProvider.System);

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    [Fact]
    public async Task A_name_has_one_reference_whoever_asks_and_however_many_at_once()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Directory().ReferenceAsync("alice", Ct).AsTask()));
        var alice = Assert.Single(all.Distinct());
        Assert.NotEqual(alice, await Directory().ReferenceAsync("bob", Ct));
        var reader = Directory(source: database.Reader);
        Assert.Equal($"by alice: \"{alice}x\"", await reader.NamedAsync($"by {alice}: \"{alice}x\"", Ct));
        Assert.Equal(alice, await reader.ActorAsync("Alice", Ct));
        Assert.Equal(("engine", "carol"), (await reader.ActorAsync("engine", Ct), await reader.ActorAsync("carol", Ct)));
    }

    [Fact]
    public async Task The_database_alone_tells_nothing_and_a_second_question_costs_no_round_trip()
    {
        var directory = Directory();
        var alice = await directory.ReferenceAsync("alice", Ct);
        var address = await directory.SealAddressAsync(alice, "10.1.2.3", Ct);
        await using var command = database.Admin.CreateCommand("select count(*) from privacy.persons p where p::text like '%alice%' or p::text like '%' || encode('alice', 'hex') || '%' or lookup = sha256('alice')");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Ct));
        await ExecuteAsync(database.Admin, "alter table privacy.persons rename to hidden");
        Assert.Equal((alice, "alice", "10.1.2.3"), (await directory.ReferenceAsync("alice", Ct), await directory.NamedAsync(alice, Ct), await directory.OpenAddressAsync(alice, address, Ct)));
    }

    [Fact]
    public async Task An_address_opens_for_its_person_alone_and_old_ones_stay_as_they_are()
    {
        var directory = Directory();
        var (alice, bob) = (await directory.ReferenceAsync("alice", Ct), await directory.ReferenceAsync("bob", Ct));
        var address = await directory.SealAddressAsync(alice, "10.1.2.3", Ct);
        Assert.Equal(("10.1.2.3", address), (await directory.OpenAddressAsync(alice, address, Ct), await directory.OpenAddressAsync(bob, address, Ct)));
        Assert.Equal("127.0.0.1", await directory.OpenAddressAsync("olga", "127.0.0.1", Ct));
        Assert.StartsWith("address-", await directory.SealAddressAsync(null, "10.1.2.3", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_forgotten_is_nobody_for_good_and_comes_back_as_another()
    {
        var directory = Directory();
        var alice = await directory.ReferenceAsync("alice", Ct);
        var address = await directory.SealAddressAsync(alice, "10.1.2.3", Ct);
        await PersonRecords.ForgetAsync(database.App, alice, DateTimeOffset.UtcNow, Ct);
        await PersonRecords.ForgetAsync(database.App, alice, DateTimeOffset.UtcNow, Ct);
        directory.Refresh();
        Assert.Equal((alice, address, "alice"), (await directory.NamedAsync(alice, Ct), await directory.OpenAddressAsync(alice, address, Ct), await directory.ActorAsync("alice", Ct)));
        Assert.StartsWith("address-", await directory.SealAddressAsync(alice, "10.1.2.3", Ct), StringComparison.Ordinal);
        var again = await directory.ReferenceAsync("alice", Ct);
        Assert.NotEqual(alice, again);
        var all = await PersonRecords.ListAsync(database.Reader, KeyOf(secret), Ct);
        Assert.Equal([(again, "alice", false), (alice, null, true)], all.Select(p => (p.Reference, p.Name, p.ForgottenAt is not null)));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(database.App,
            $"update privacy.persons set lookup = sha256('a'), sealed_name = 'a', wrapped_key = decode(repeat('00', 60), 'hex'), key_id = 'a', forgotten_at = null where reference = '{alice}'"));
        Assert.Equal("ES003", refused.SqlState);
    }

    [Theory]
    [InlineData("update privacy.persons set forgotten_at = now()")]
    [InlineData("insert into privacy.persons (reference) values ('person-abcdefghijkl')")]
    [InlineData("delete from privacy.persons")]
    public async Task A_reader_cannot_forget(string sql) =>
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(database.Reader, sql))).SqlState);

    [Theory]
    [InlineData("update privacy.persons set reference = 'person-abcdefghijkl'")]
    [InlineData("delete from privacy.persons")]
    [InlineData("truncate privacy.persons")]
    public async Task The_app_takes_no_person_away(string sql) =>
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(database.App, sql))).SqlState);

    [Fact]
    public async Task Under_another_master_key_nobody_is_named_or_added_and_the_error_says_what_to_set()
    {
        var alice = await Directory().ReferenceAsync("alice", Ct);
        var other = Directory(NewSecret());
        foreach (var attempt in (Func<Task>[])[() => other.CheckAsync(Ct), () => other.NamedAsync(alice, Ct).AsTask(), () => other.ReferenceAsync("bob", Ct).AsTask(), () => other.ActorAsync("alice", Ct).AsTask(), () => new PersonDirectory(database.Reader, Source(null), TimeProvider.System).ActorAsync("alice", Ct).AsTask()])
        {
            var wrong = await Assert.ThrowsAsync<MasterKeyException>(attempt);
            Assert.Contains("EST_PRIVACY_KEY_FILE", wrong.Message, StringComparison.Ordinal);
            Assert.Contains(KeyOf(secret).Id, wrong.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("one", 1), (await other.NamedAsync("one", Ct), (await PersonRecords.ListAsync(database.Reader, master, Ct)).Count));
    }

    [Fact]
    public async Task After_a_rekey_a_backup_from_before_it_is_worth_nothing_under_the_new_key()
    {
        var directory = Directory();
        var (alice, bob) = (await directory.ReferenceAsync("alice", Ct), await directory.ReferenceAsync("bob", Ct));
        var address = await directory.SealAddressAsync(alice, "10.1.2.3", Ct);
        await PersonRecords.ForgetAsync(database.App, bob, DateTimeOffset.UtcNow, Ct);
        await ExecuteAsync(database.Admin, "create table public.backup as table privacy.persons");
        var next = NewSecret();
        await Assert.ThrowsAsync<MasterKeyException>(() => PersonRecords.RekeyAsync(database.App, master, KeyOf(next), Ct));
        await Assert.ThrowsAsync<MasterKeyException>(() => PersonRecords.RekeyAsync(database.App, KeyOf(secret), KeyOf(secret), Ct));
        Assert.Equal(1, await PersonRecords.RekeyAsync(database.App, KeyOf(secret), KeyOf(next), Ct));
        var after = Directory(next);
        Assert.Equal((alice, "alice", "10.1.2.3"), (await after.ReferenceAsync("alice", Ct), await after.NamedAsync(alice, Ct), await after.OpenAddressAsync(alice, address, Ct)));
        await Assert.ThrowsAsync<MasterKeyException>(() => Directory().NamedAsync(alice, Ct).AsTask());

        await ExecuteAsync(database.Admin, "alter table privacy.persons rename to gone; alter table public.backup set schema privacy; alter table privacy.backup rename to persons; grant select on privacy.persons to est_app");
        await Assert.ThrowsAsync<MasterKeyException>(() => Directory(next).NamedAsync(alice, Ct).AsTask());
        Assert.Equal("alice", await Directory().NamedAsync(alice, Ct));

        // Nor by force: whoever writes the new key's id beside the old bytes opens nothing.
        await ExecuteAsync(database.Admin, $"update privacy.persons set key_id = '{KeyOf(next).Id}' where key_id is not null");
        await Assert.ThrowsAnyAsync<CryptographicException>(() => Directory(next).NamedAsync(alice, Ct).AsTask());
    }
}
