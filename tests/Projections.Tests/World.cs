using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Testing;
using Npgsql;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>A database of its own with a log that a session wrote, and the means to compare what was read from it.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <param name="database">It goes with the world.</param>
    public World(TestDatabase database)
    {
        Database = database;
        Appender = new EventAppender(database.App);
        Models = new ReadModels(database.Reader);
        Host = new ProjectionHost(database.App, new ProjectionHostOptions { BatchSize = 37, RebuildBatchSize = 101, LookEvery = TimeSpan.FromMilliseconds(20) });
    }

    public TestDatabase Database { get; }
    public EventAppender Appender { get; }
    public ReadModels Models { get; }
    public ProjectionHost Host { get; }

    public static async Task<World> CreateAsync() => new(await TestDatabase.CreateAsync());

    public async Task AppendAsync(IEnumerable<AppendBatch> batches)
    {
        foreach (var batch in batches) await Appender.AppendAsync(batch);
    }

    public async Task<List<RecordedEvent>> LogAsync()
    {
        var log = new List<RecordedEvent>();
        await foreach (var e in new EventReader(Database.App).ReadAllAsync()) log.Add(e);
        return log;
    }

    /// <summary>Runs a host until all projections have taken the whole log, or those that can.</summary>
    public async Task CatchUpAsync(params string[] except)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var running = Host.RunAsync(stop.Token);
        await UntilAsync(status => status.All(s => s.Lag == 0 || except.Contains(s.Name)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    public async Task UntilAsync(Func<IReadOnlyList<ProjectionStatus>, bool> reached)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var status = await Host.StatusAsync();
            if (reached(status)) return;
            await Task.Delay(20);
        }

        Assert.Fail($"not reached within 20 s: {string.Join("; ", await Host.StatusAsync())}");
    }

    /// <summary>Everything that the views show, as text.</summary>
    public async Task<string> PictureAsync()
    {
        var picture = new StringBuilder();
        string[] views =
        [
            "portfolios", "instruments", "rates", "positions", "agent_positions", "cash", "exposure_by_portfolio", "equity", "profit_by_portfolio",
            "profit_by_strategy", "daily_profit", "orders", "decisions", "violations", "kill_switches", "strategies", "audit_index", "audit_times",
            "fills", "backtests", "reconciliations", "breaks", "decisions_by_agent", "fills_by_agent",
        ];
        foreach (var view in views)
        {
            await using var command = Database.Reader.CreateCommand($"select coalesce(string_agg(v::text, E'\\n' order by v::text), '') from read.{view} v");
            picture.Append(view).Append('\n').Append((string)(await command.ExecuteScalarAsync())!).Append('\n');
        }

        return picture.ToString();
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Appender.DisposeAsync();
        await Database.DisposeAsync();
    }
}
