using EventSourcedTrading.Testing;

namespace EventSourcedTrading.EventStore.Tests.Appending;

public sealed class LostConnectionTests : IAsyncLifetime
{
    private const string KillAppenders =
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'est'";

    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Writers_whose_connection_is_killed_lose_and_repeat_nothing()
    {
        await using var appender = new EventAppender(_database.App);
        var reader = new EventReader(_database.Admin);
        using var enough = new CancellationTokenSource();

        var writing = Enumerable.Range(0, 8).Select(async writer =>
        {
            var version = 0L;
            while (!enough.IsCancellationRequested)
            {
                try
                {
                    await appender.AppendAsync(Some.Batch($"s-{writer}", version + 1, 3));
                    version += 3;
                }
                catch (AppendOutcomeUnknownException)
                {
                    version = await reader.StreamVersionAsync($"s-{writer}"); // what the exception asks for
                }
            }
            return version;
        }).ToList();
        for (var (killed, random) = (0L, new Random(7)); killed < 8;)
        {
            await Task.Delay(random.Next(20, 150));
            killed += await CountAsync($"select count(*) from ({KillAppenders}) k");
        }
        await enough.CancelAsync();
        var versions = await Task.WhenAll(writing);

        var log = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal(Enumerable.Range(1, (int)versions.Sum()).Select(i => (long)i), log.Select(e => e.SeqId));
        Assert.All(log.GroupBy(e => e.StreamId), stream =>
            Assert.Equal(Enumerable.Range(1, (int)versions[int.Parse(stream.Key[2..])]).Select(i => (long)i), stream.Select(e => e.Version)));
    }

    [Fact]
    public async Task A_connection_killed_during_commit_leaves_the_outcome_unknown()
    {
        await ExecuteAsync(
            """
            create function public.dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(30); return null; end';
            create constraint trigger dawdle after insert on audit.leaves deferrable initially deferred
                for each row execute function public.dawdle();
            """);
        await using var appender = new EventAppender(_database.App);
        var append = appender.AppendAsync(Some.Batch("s", 1));
        for (var killed = 0L; killed == 0;)
        {
            await Task.Delay(20);
            killed = await CountAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
        }

        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => append);
        await ExecuteAsync("drop trigger dawdle on audit.leaves");
        Assert.Equal(1, (await appender.AppendAsync(Some.Batch("s", 1))).FirstSeq);
    }

    [Fact]
    public async Task A_database_that_is_away_is_reported_and_nothing_is_written()
    {
        var elsewhere = new Npgsql.NpgsqlConnectionStringBuilder(_database.ConnectionString) { Host = "127.0.0.1", Port = 1 };
        await using var nowhere = StoreConnection.Open(elsewhere.ConnectionString, StoreRole.App);
        await using var appender = new EventAppender(nowhere, new EventAppenderOptions { GiveUpAfter = TimeSpan.FromMilliseconds(300) });
        await Assert.ThrowsAsync<EventStoreUnavailableException>(() => appender.AppendAsync(Some.Batch("s", 1)));
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
