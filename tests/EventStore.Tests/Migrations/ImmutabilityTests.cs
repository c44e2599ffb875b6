using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.EventStore.Tests.Migrations;

public sealed class ImmutabilityTests(ImmutabilityTests.ThreeEvents shared) : IClassFixture<ImmutabilityTests.ThreeEvents>
{
    private readonly TestDatabase _database = shared.Database;

    public sealed class ThreeEvents : SharedDatabase
    {
        private protected override IEnumerable<AppendBatch> Content() => [Some.Batch("s", 1, 3)];
    }

    public static TheoryData<string> Changes =>
    [
        "update events.mt_events set type = 'other' where seq_id = 2",
        "update events.mt_events set is_archived = true",
        "delete from events.mt_events where seq_id = 2",
        "truncate events.mt_events",
        "update audit.leaves set hashes = hashes",
        "delete from audit.leaves",
        "truncate audit.leaves",
        "delete from audit.log_head",
        "truncate audit.log_head",
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task The_app_and_the_reader_have_no_grant_for_it(string change)
    {
        foreach (var source in new[] { _database.App, _database.Reader })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(source, change));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Owner_and_superuser_meet_the_trigger_even_in_replica_mode(string change)
    {
        await using var owner = StoreConnection.Open(_database.ConnectionString, StoreRole.Owner);
        await AssertTriggerAsync(owner, change);
        await AssertTriggerAsync(_database.Admin, change);
        await AssertTriggerAsync(_database.Admin, $"set session_replication_role = replica; {change}");
    }

    [Theory]
    [InlineData("update audit.log_head set size = 1")]
    [InlineData("update audit.log_head set root = sha256('')")]
    public async Task The_head_cannot_be_turned_back_even_by_the_app(string change) =>
        await AssertTriggerAsync(_database.App, change);

    [Theory]
    [InlineData("insert into events.mt_events (seq_id, id, stream_id, version, data, type) values (4, gen_random_uuid(), 's', 4, '{}', 't')")]
    [InlineData("insert into est.snapshots (key, position, schema_version, data) values ('k', 1, 1, '')")]
    [InlineData("update events.mt_event_progression set last_seq_id = 0")]
    [InlineData("create table read.mine (x int)")]
    [InlineData("create table public.mine (x int)")]
    public async Task The_reader_can_only_read(string change)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(_database.Reader, change));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_pooled_connection_keeps_its_role()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var command = _database.App.CreateCommand("select current_user::text");
            Assert.Equal("est_app", await command.ExecuteScalarAsync());
        }
    }

    private static async Task AssertTriggerAsync(NpgsqlDataSource source, string change)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(source, change));
        Assert.Equal("ES003", refused.SqlState);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
