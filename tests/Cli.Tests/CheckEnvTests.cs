using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Messaging;
using Npgsql;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>`est check-env` finds what is wrong, says what is needed and how it is mended; and says nothing where all is well.</summary>
public sealed class CheckEnvTests : IAsyncLifetime
{
    private Shop shop = null!;

    public async ValueTask InitializeAsync() => shop = await Shop.CreateAsync();

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    /// <summary>Part, check, state, and what is done to the database.</summary>
    public static TheoryData<string, string, string, string> Faults => new()
    {
        { "postgres", "migrations", "failed", "delete from est.migrations where number = (select max(number) from est.migrations)" },
        { "postgres", "migrations", "failed", "update est.migrations set sha256 = 'x' where number = 2" },
        { "postgres", "migrations", "failed", "insert into est.migrations (number, name, sha256) values (9999, '9999_from_the_future.sql', 'x')" },
        { "postgres", "est_app cannot change events", "failed", "grant update on events.mt_events to est_app" },
        { "postgres", "est_app cannot change events", "failed", "grant delete on audit.leaves to est_app" },
        { "postgres", "est_reader cannot write", "failed", "grant insert on events.mt_events to est_reader" },
        { "postgres", "est_reader cannot write", "failed", "grant update on control.api_keys to est_reader" },
        { "postgres", "guards of the log", "failed", "alter table events.mt_events disable trigger append_only_rows" },
        { "postgres", "guards of the log", "failed", "drop trigger append_only_table on audit.leaves" },
        { "postgres", "read models", "warning", "update read.projections set paused_at = now(), pause_reason = 'a test' where name = 'book'" },
        { "postgres", "read models", "warning", "update read.projections set error = 'cannot be applied', failed_seq = 1 where name = 'book'" },
        { "keys", "control plane", "warning", "delete from control.api_keys" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_was_done_to_the_database_is_found(string part, string what, string state, string sql)
    {
        // A key is there at first, or the last fault would be none.
        Assert.Equal(0, (await shop.EstAsync("keys", "create", "--person", "olga", "--role", "operator", "--json")).Code);
        Assert.Equal("ok", (await CheckAsync(part, what)).GetProperty("state").GetString());
        await using (var command = shop.World.Database.Admin.CreateCommand(sql)) await command.ExecuteNonQueryAsync();
        Found(await CheckAsync(part, what), state);
    }

    [Fact]
    public async Task Servers_that_are_away_are_told_apart_and_end_with_3()
    {
        shop.Set("EST_REDIS", "127.0.0.1:1");
        shop.Set("EST_NATS", "nats://127.0.0.1:1");
        shop.Set("EST_POSTGRES", "Host=127.0.0.1;Port=1;Username=postgres;Database=postgres");
        var ended = await shop.EstAsync("check-env", "--json");
        Assert.Equal(3, ended.Code);
        foreach (var part in (string[])["redis", "nats", "postgres"]) Found(One(ended.Json(), part, "reachable"), "failed");
        foreach (var name in (string[])["EST_NATS", "EST_POSTGRES"]) shop.Set(name, null);
        ended = await shop.EstAsync("check-env", "--json");
        Assert.Equal(3, ended.Code);
        foreach (var part in (string[])["nats", "postgres"]) Found(One(ended.Json(), part, "reachable"), "failed");
    }

    [Fact]
    public async Task A_database_without_tables_of_ours_is_found_and_waiting_sees_it_made()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync();
        shop.Set("EST_POSTGRES", empty.ConnectionString);
        Found(await CheckAsync("postgres", "migrations"), "failed");
        var waiting = shop.EstAsync("check-env", "--wait", "60", "--json");
        await using (var owner = NpgsqlDataSource.Create(empty.ConnectionString)) await EventStore.Migrator.ApplyAsync(owner);
        Assert.Equal("ok", One((await waiting).Json(), "postgres", "migrations").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_stream_that_is_missing_or_other_is_found()
    {
        var events = StreamSetup.Events(shop.World.Outside.Subjects);
        Found(await CheckAsync("nats", $"stream {events.Name}"), "warning");
        await shop.World.Outside.JetStream.CreateOrUpdateStreamAsync(events with { MaxBytes = 1 << 20 });
        var other = await CheckAsync("nats", $"stream {events.Name}");
        Found(other, "failed");
        Assert.Contains("max_bytes 1 MiB", other.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await shop.EstAsync("resources", "setup")).Code);
        Assert.Equal("ok", (await CheckAsync("nats", $"stream {events.Name}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_found()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        shop.Set("EST_HTTP", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        Found(await CheckAsync("host", "port of EST_HTTP"), "failed");
        other.Stop();
        Assert.Equal("ok", (await CheckAsync("host", "port of EST_HTTP")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_port_that_a_platform_has_is_ours()
    {
        await shop.OpenControlPlaneAsync();
        shop.Set("EST_API_HTTP", shop.Environment["EST_API"]);
        var check = await CheckAsync("host", "port of EST_API_HTTP");
        Assert.Equal("ok", check.GetProperty("state").GetString());
        Assert.Contains("a running platform", check.GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_others_may_read_and_one_that_is_none_are_found()
    {
        if (OperatingSystem.IsWindows()) return;
        var origin = shop.Folder.Write("with-notary.json", File.ReadAllText(Path.Combine(shop.Folder.Path, "est.json")).Replace("\"portfolios\"", "\"notary\": { \"origin\": \"example.org/desk\", \"archive\": \"checkpoints\" }, \"portfolios\"", StringComparison.Ordinal));
        var key = Path.Combine(shop.Folder.Path, "notary.key");
        Assert.Equal(0, (await shop.EstAsync("audit", "key", "--out", key, "--origin", "example.org/desk")).Code);
        shop.Set("EST_NOTARY_KEY_FILE", key);
        Assert.Equal("ok", (await CheckAsync("keys", "notary", origin)).GetProperty("state").GetString());
        Assert.Equal("ok", (await CheckAsync("keys", "mode of EST_NOTARY_KEY_FILE", origin)).GetProperty("state").GetString());
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Found(await CheckAsync("keys", "mode of EST_NOTARY_KEY_FILE", origin), "failed");
        File.WriteAllText(key, "no key");
        Found(await CheckAsync("keys", "notary", origin), "failed");
    }

    [Fact]
    public async Task A_variable_that_nothing_reads_is_found_with_what_was_meant()
    {
        shop.Set("EST_POSTGRESS", "x");
        var check = await CheckAsync("host", "environment");
        Found(check, "warning");
        Assert.Contains("EST_POSTGRES?", check.GetProperty("mend").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_plane_that_could_not_start_is_found()
    {
        shop.Set("EST_API_HTTP", "http://127.0.0.1:0");
        shop.Set("EST_GRAPHIQL", "/there/is/no/such/folder");
        Found(await CheckAsync("host", "control plane"), "failed");
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_found()
    {
        var file = shop.Folder.Write("alpaca.json", File.ReadAllText(Path.Combine(shop.Folder.Path, "est.json")).Replace(
            "\"venueSettings\": { \"seed\": \"7\" }", "\"venue\": \"alpaca\", \"broker\": { \"host\": \"http://127.0.0.1:1\", \"credentials\": \"env:CLI_TEST\" }", StringComparison.Ordinal));
        shop.Set("CLI_TEST_KEY", "x");
        shop.Set("CLI_TEST_SECRET", "x");
        Found(await CheckAsync("broker", "main", file), "failed");
    }

    private static void Found(JsonElement check, string state)
    {
        Assert.Equal(state, check.GetProperty("state").GetString());
        Assert.NotEmpty(check.GetProperty("needed").GetString()!);
        Assert.NotEmpty(check.GetProperty("mend").GetString()!);
    }

    private async Task<JsonElement> CheckAsync(string part, string what, string? config = null)
    {
        var ended = await shop.EstAsync(["check-env", "--json", .. config is null ? Array.Empty<string>() : ["--config", config]]);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        return One(ended.Json(), part, what);
    }

    private static JsonElement One(JsonElement report, string part, string what) =>
        report.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("part").GetString() == part && c.GetProperty("what").GetString() == what);
}
