using System.Diagnostics;
using System.Text.Json;
using EventSourcedTrading.Domain.Backtests;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Hosting;
using NATS.Client.Core;
using Npgsql;

namespace EventSourcedTrading.Integration;

/// <summary><c>est backtest run</c> beside real servers.</summary>
public sealed class BacktestTests
{
    private static readonly string[] Run = ["backtest", "run", "--strategy", "breakout", "--strategy", "ma-cross:fast=3,slow=9", "--venue", "participation=0.1", "--json"];

    [Fact]
    public async Task The_log_and_NATS_are_told_of_a_run_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new OwnFolder();
        var prefix = $"t{Guid.NewGuid():N}"[..13];
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString, ["EST_PREFIX"] = prefix };
        await using var nats = new NatsConnection(new NatsOpts { Url = Environment.GetEnvironmentVariable("EST_NATS")! });
        await using var results = await nats.SubscribeCoreAsync($"{prefix}.backtest.results.week");
        await nats.PingAsync();

        string[] arguments = [.. Run, "--id", "week", "--out", folder.Path];
        var ended = await EstProcess.RunAsync(environment, arguments);
        Assert.True(ended.Code == 0, ended.Error);
        Assert.Equal(0, (await EstProcess.RunAsync(environment, arguments)).Code);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var message = await results.Msgs.ReadAsync(patience.Token);
        var told = Assert.IsType<BacktestCompleted>(EventJson.Deserialize("backtest_completed", message.Memory.Span));
        Assert.Equal(Digest(ended), told.DecisionDigest);
        Assert.False(results.Msgs.TryRead(out _));
        var stream = new List<RecordedEvent>();
        await foreach (var e in new EventReader(database.Reader).ReadStreamAsync("backtest-week")) stream.Add(e);
        Assert.Equal(["backtest_started", "backtest_completed"], stream.Select(e => e.Type));
        var started = Assert.IsType<BacktestStarted>(EventJson.Deserialize(stream[0].Type, stream[0].Data.Span));
        Assert.Equal(["breakout@1.0.0", "ma-cross@1.0.0"], started.Strategies);
    }

    [Fact]
    public async Task The_log_is_told_of_each_run_of_a_sweep_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new OwnFolder();
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString, ["EST_PREFIX"] = $"t{Guid.NewGuid():N}"[..13] };
        string[] arguments = ["backtest", "sweep", "--days", "3", "--strategy", "ma-cross", "--grid", "ma-cross.fast=3,5,7", "--train", "2", "--test", "1", "--cores", "3", "--id", "grid", "--json", "--out", folder.Path];
        var ended = await EstProcess.RunAsync(environment, arguments);
        Assert.True(ended.Code == 0, ended.Error);
        // As if it had broken off before its last line.
        File.Delete(Path.Combine(folder.Path, "sweep.json"));
        Assert.Equal(0, (await EstProcess.RunAsync(environment, arguments)).Code);

        foreach (var run in (string[])["w0001-00001", "w0001-00002", "w0001-00003", "w0001-test"])
        {
            var stream = new List<RecordedEvent>();
            await foreach (var e in new EventReader(database.Reader).ReadStreamAsync($"backtest-grid-{run}")) stream.Add(e);
            Assert.Equal(["backtest_started", "backtest_completed"], stream.Select(e => e.Type));
        }

        using var json = JsonDocument.Parse(ended.Out);
        Assert.Equal("grid-w0001-test", json.RootElement.GetProperty("windows")[0].GetProperty("testRun").GetString());
    }

    [Fact]
    public async Task Through_NATS_and_killed_half_way_it_decides_as_one_that_was_not_and_as_in_process()
    {
        using var folder = new OwnFolder();
        var id = $"t{Guid.NewGuid():N}"[..13];
        string[] Named(string name) => [.. Run, "--offline", "--days", "2", "--id", $"{id}{name}", "--through", "nats", "--out", $"{folder.Path}-{name}"];
        var environment = new Dictionary<string, string?>();
        await using var admin = NpgsqlDataSource.Create(TestDatabase.Server);
        try
        {
            var undisturbed = await EstProcess.RunAsync(environment, Named("whole"));
            Assert.True(undisturbed.Code == 0, undisturbed.Error);

            await using var own = NpgsqlDataSource.Create(await OwnDatabase.OpenAsync(TestDatabase.Server, $"est_backtest_{id}killed", CancellationToken.None));
            await using (var log = await HeldLog.BehindAsync(100, own))
            {
                using var process = Process.Start(EstProcess.Command(environment, Named("killed")))!;
                await Eventually.TrueAsync(async () => process.HasExited || await log.SomeoneWaitsAsync(), "it has decided something and is held", 240);
                Assert.False(process.HasExited, process.HasExited ? await process.StandardError.ReadToEndAsync() : "");
                process.Kill(); // SIGKILL
                await process.WaitForExitAsync();
            }

            var (written, half) = await WrittenAsync(own);
            var ended = await EstProcess.RunAsync(environment, Named("killed"));
            Assert.True(ended.Code == 0, ended.Error);
            var (same, all) = await WrittenAsync(own);
            Assert.True(same == written && all > half, $"it did not go on from the {half} events that it had, but has {all}");
            Assert.Equal(Digest(undisturbed), Digest(ended));
            Assert.Equal((Digest(ended), Digest(ended)), (Digest(undisturbed, "natsDigest"), Digest(ended, "natsDigest")));
        }
        finally
        {
            foreach (var name in (string[])["whole", "killed"])
            {
                await using var drop = admin.CreateCommand($"drop database if exists est_backtest_{id}{name} with (force)");
                await drop.ExecuteNonQueryAsync();
            }
        }
    }

    /// <summary>When the hundredth event was written, which a run that begins anew could not repeat, and how many there are.</summary>
    private static async Task<(DateTime Hundredth, long Count)> WrittenAsync(NpgsqlDataSource own)
    {
        await using var command = own.CreateCommand("select (select timestamp from events.mt_events where seq_id = 100), (select count(*) from events.mt_events)");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetDateTime(0), row.GetInt64(1));
    }

    private static string? Digest(Ended ended, string which = "decisionDigest")
    {
        using var json = JsonDocument.Parse(ended.Out);
        return json.RootElement.GetProperty(which).GetString();
    }

    private sealed class OwnFolder : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(Directory.CreateTempSubdirectory("est-backtest-").FullName, "run");

        public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }
}
