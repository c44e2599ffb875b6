using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Tests;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Clocks;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventSourcedTrading.Reports.Tests;

/// <summary>Reports from a log in PostgreSQL, against what SQL counts there.</summary>
public sealed class RealLogTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("est-report-").FullName;
    private TestDatabase database = null!;
    private Session session = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        session = new Session(7, "main", "second");
        await AppendAsync(session.Batches(400));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_order_event_is_a_row_of_the_order_records()
    {
        var report = await MakeAsync("orders");
        Assert.Equal(await PositionsAsync("type like 'order\\_%'"), report.Table("orders").Column("sequence"));
        Assert.Equal(await PositionsAsync("type like 'order\\_%' and stream_id like 'order-main-%'"), (await MakeAsync("orders", "main")).Table("orders").Column("sequence"));
        Assert.True(report.Rows > 100, $"{report.Rows} rows: too few to show anything");
        Assert.All(report.Table("orders").Column("status"), Assert.NotNull);
    }

    [Fact]
    public async Task Every_control_event_is_in_the_controls()
    {
        var report = await MakeAsync("controls");
        Assert.Equal(await PositionsAsync("type in ('risk_violation_detected', 'daily_loss_limit_reached', 'drawdown_limit_reached')"), report.Table("violations").Column("position"));
        Assert.Equal(await PositionsAsync("type = 'order_blocked'"), report.Table("blocks").Column("position"));
        Assert.Equal(await PositionsAsync("type in ('kill_switch_engaged', 'kill_switch_released')"), report.Table("kill switches").Column("position"));
        Assert.Equal(await PositionsAsync("type = 'risk_limits_set'"), report.Table("limit changes").Column("position").Distinct());
        foreach (var row in report.Table("orders checked").Rows)
        {
            Assert.Equal((await PositionsAsync($"type = 'order_approved' and stream_id like 'order-{row[0]}-%'")).Count, int.Parse(row[2]!));
            Assert.Equal((await PositionsAsync($"type = 'order_blocked' and stream_id like 'order-{row[0]}-%'")).Count, int.Parse(row[3]!));
        }
    }

    [Fact]
    public async Task Every_decision_vote_and_approved_order_is_in_its_report()
    {
        var decisions = await MakeAsync("decisions");
        Assert.Equal(await PositionsAsync("type = 'decision_made'"), decisions.Table("decisions").Column("position"));
        Assert.Equal(await ScalarAsync<long>("select sum(jsonb_array_length(data -> 'votes')) from events.mt_events where type = 'decision_made'"), decisions.Table("votes").Rows.Count);
        // What all decisions realised is what all fills realised.
        Assert.Equal(
            await ScalarAsync<decimal>("select sum((data -> 'execution' ->> 'realised')::numeric) from events.mt_events where type like 'order%filled'"),
            decisions.Table("decisions").Column("realised").Sum(r => decimal.Parse(r!)));
        Assert.Equal(await PositionsAsync("type = 'order_approved'"), (await MakeAsync("best-execution")).Table("orders").Column("position"));
    }

    [Fact]
    public async Task The_alteration_statement_counts_every_event_of_every_type()
    {
        var report = await MakeAsync("alterations");
        foreach (var row in report.Table("events").Rows) Assert.Equal((await PositionsAsync($"type = '{row[0]}'")).Count, int.Parse(row[1]!));
        Assert.Equal(report.Scope.Checkpoint.Size, report.Table("events").Column("events").Sum(n => long.Parse(n!)));
        Assert.Equal(
            await PositionsAsync("type in ('order_cancel_requested', 'order_cancelled', 'order_expired', 'order_anomaly_noted', 'kill_switch_released', 'strategy_resumed')"),
            report.Table("alterations").Column("position"));
    }

    [Fact]
    public async Task The_same_checkpoint_gives_the_same_bytes_whatever_was_appended_since()
    {
        var checkpoint = LogCheckpoint.Of(await new EventReader(database.Reader).HeadAsync());
        var first = await BytesAsync(checkpoint);
        Assert.Equal(first, await BytesAsync(checkpoint));
        await AppendAsync(Enumerable.Range(0, 50).Select(_ => Later()));
        Assert.Equal(first, await BytesAsync(checkpoint));
        Assert.NotEqual(first, await BytesAsync(LogCheckpoint.Of(await new EventReader(database.Reader).HeadAsync())));
    }

    [Fact]
    public async Task The_leaf_of_the_first_event_is_the_one_in_the_tree()
    {
        var report = await MakeAsync("alterations");
        Assert.Equal(await ScalarAsync<string>("select encode(substr(hashes, 1, 32), 'hex') from audit.leaves where first_seq = 1"), report.First!.LeafHash);
        Assert.Equal(await ScalarAsync<string>("select encode(substr(hashes, length(hashes) - 31), 'hex') from audit.leaves order by first_seq desc limit 1"), report.Last!.LeafHash);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("html")]
    [InlineData("csv")]
    public async Task The_command_writes_what_it_says_and_the_same_again_for_an_earlier_size(string format)
    {
        var (one, two) = (Path.Combine(folder, "one"), Path.Combine(folder, "two"));
        var first = await EstAsync("report", "orders", "--format", format, "--out", one, "--json");
        Assert.True(first.Code == 0, first.Error);
        using var said = JsonDocument.Parse(first.Out);
        Assert.Equal((await PositionsAsync("type like 'order\\_%'")).Count, said.RootElement.GetProperty("rows").GetInt32());
        await AppendAsync([Later()]);
        var again = await EstAsync("report", "orders", "--format", format, "--out", two, "--size", said.RootElement.GetProperty("checkpointSize").GetString()!, "--json");
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(Content(one), Content(two));
    }

    [Theory]
    [InlineData(2, "report", "dance")]
    [InlineData(2, "report", "orders", "--from", "yesterday")]
    [InlineData(2, "report", "orders", "--from", "2026-11-02", "--to", "2026-11-02")]
    [InlineData(2, "report", "orders", "--size", "99999999")]
    [InlineData(2, "report", "orders", "--portfolio", "Not One")]
    [InlineData(4, "report", "orders", "--portfolio", "nobody")]
    public async Task What_cannot_be_done_is_said_in_a_sentence(int code, params string[] command)
    {
        var ended = await EstAsync(command);
        Assert.True(ended.Code == code, $"ended with {ended.Code}: {ended.Error}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.NotEmpty(ended.Error);
    }

    [Fact]
    public async Task The_list_has_all_reports() =>
        Assert.Equal(ReportCatalogue.All.Select(d => d.Name), JsonDocument.Parse((await EstAsync("report", "list", "--json")).Out).RootElement.EnumerateArray().Select(r => r.GetProperty("name").GetString()));

    [Fact]
    public async Task A_measured_clock_is_on_record_in_the_metrics_and_in_the_report()
    {
        await using var server = TimeServer.Start(TimeSpan.FromSeconds(3));
        var options = PlatformOptions.Load(null) with { Postgres = database.ConnectionString };
        await using var platform = await Platform.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
        var role = new ClockRole(platform, new ClockSettings("127.0.0.1", server.Port, 1), "host-1");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var running = role.RunAsync(stop.Token);
        while (await platform.Reader.StreamVersionAsync("clock-host-1", stop.Token) < 2) await Task.Delay(50, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var row = (await MakeAsync("clock")).Table("days").Row(0);
        Assert.Equal(("host-1", $"127.0.0.1:{server.Port}", "0"), (row["host"], row["source"], row["% within 1 ms"]));
        // Other tests keep the machine busy, and half the round trip is what a measurement may be off by.
        Assert.InRange(decimal.Parse(row["max |offset| µs"]), 2_000_000m, 4_000_000m);
        Assert.Contains($"clock_offset_seconds{{host=\"host-1\",source=\"127.0.0.1:{server.Port}\"}}", HealthServer.Metrics(platform, [role]), StringComparison.Ordinal);
    }

    private async Task<string> BytesAsync(LogCheckpoint checkpoint)
    {
        var all = new List<string>();
        foreach (var definition in ReportCatalogue.All)
        {
            var report = await ReportMaking.MakeAsync(definition, new ReportScope(null, null, null, checkpoint), new EventReader(database.Reader));
            foreach (var format in Enum.GetValues<ReportFormat>())
            {
                var to = Path.Combine(folder, $"{definition.Name}-{format}-{all.Count}-{Guid.NewGuid():N}");
                ReportFiles.Write(report, format, to);
                all.Add(Content(to));
            }
        }

        return string.Join('\n', all);
    }

    private AppendBatch Later()
    {
        session.Signal("main", Session.Spy.Id);
        return session.Batch("main");
    }

    /// <summary>A file, or all files of a folder.</summary>
    private static string Content(string path) => File.Exists(path) ? File.ReadAllText(path)
        : string.Join('\n', Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}\n{File.ReadAllText(f)}"));

    private Task<Report> MakeAsync(string name, string? portfolio = null) => MakeAsync(ReportCatalogue.All.Single(d => d.Name == name), portfolio);

    private async Task<Report> MakeAsync(ReportDefinition definition, string? portfolio)
    {
        var reader = new EventReader(database.Reader);
        return await ReportMaking.MakeAsync(definition, new ReportScope(portfolio, null, null, LogCheckpoint.Of(await reader.HeadAsync())), reader);
    }

    private async Task AppendAsync(IEnumerable<AppendBatch> batches)
    {
        await using var appender = new EventAppender(database.App);
        // Queued in order, committed in groups.
        await Task.WhenAll(batches.Select(b => appender.AppendAsync(b)).ToArray());
    }

    private Task<Ended> EstAsync(params string[] command) => EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString }, command);

    private async Task<List<string?>> PositionsAsync(string where)
    {
        var positions = new List<string?>();
        await using var command = database.Admin.CreateCommand($"select seq_id from events.mt_events where {where} order by seq_id");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) positions.Add($"{rows.GetInt64(0)}");
        return positions;
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
