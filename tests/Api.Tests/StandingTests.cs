using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.Api.Tests;

/// <summary>Who may stay, and what it costs to know.</summary>
public sealed class StandingTests
{
    /// <summary>Stands still between two settings, so that a slow machine makes no second look.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan At { get; set; }

        public override long GetTimestamp() => (long)(At.TotalSeconds * TimestampFrequency);
    }

    [Fact]
    public async Task A_thousand_who_ask_are_answered_by_one_look_and_a_token_lasts_an_hour()
    {
        await using var database = await TestDatabase.CreateAsync();
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 1, Pooling = true };
        await using var source = NpgsqlDataSource.Create(connection.ConnectionString);
        await using var appender = new EventAppender(database.App);
        var clock = new Clock();
        var keys = new ApiKeys(source, new EventLog(new EventReader(database.App), appender, clock), new PersonDirectory(database.App, new MasterKeySource(Environment.GetEnvironmentVariable), clock), clock);
        var standing = new Standing(keys, clock);
        var issued = new List<ApiKey>();
        for (var i = 0; i < 10; i++) issued.Add(await keys.IssueAsync($"p{i}", [Role.Viewer], 1, "database", "a test", CancellationToken.None));
        var ask = Enumerable.Range(0, 1_000).Select(i => standing.Of(Of(issued[i % 10].KeyId, "database"))).ToList();
        var token = standing.Of(Of("issuer", null));

        await keys.RevokeAsync(issued[3].KeyId, "database", "a test", CancellationToken.None);
        clock.At = TimeSpan.FromMinutes(59);
        var before = await LooksAsync();
        var answers = await Task.WhenAll(ask.Select(a => a(CancellationToken.None).AsTask()));
        // An index may be gone into once for each of the ten keys, but not for each of the thousand.
        Assert.InRange(await LooksAsync() - before, 1, 10);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => i % 10 != 3), answers);
        Assert.True(await token(CancellationToken.None));
        clock.At = TimeSpan.FromMinutes(61);
        Assert.False(await token(CancellationToken.None));
        Assert.False(await ask[3](CancellationToken.None));
        Assert.InRange(await LooksAsync() - before, 2, 19);

        // The one connection tells what it has done in its lifetime.
        async Task<long> LooksAsync()
        {
            await using var command = source.CreateCommand("select pg_stat_force_next_flush()");
            await command.ExecuteNonQueryAsync();
            await using var count = source.CreateCommand("select seq_scan + idx_scan from pg_stat_user_tables where relname = 'api_keys'");
            return (long)(await count.ExecuteScalarAsync())!;
        }
    }

    private static Caller Of(string credential, string? issuedBy) => new("person-x", [Role.Viewer], credential, issuedBy, "127.0.0.1");
}
