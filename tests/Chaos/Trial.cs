using EventSourcedTrading.Backtesting;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Demo;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Npgsql;

namespace EventSourcedTrading.Chaos;

/// <summary>What a run has decided.</summary>
public sealed record Result(string Digest, string Counts);

/// <summary>One run of the platform and of a data set, each a process of its own, in a database and under a prefix of its own.</summary>
public sealed class Trial : IAsyncDisposable
{
    /// <summary>A day of 390 minutes in about five seconds, so that kills meet every phase of it.</summary>
    private const string Speed = "4700";

    private readonly Servers servers;
    private readonly TestDatabase database;
    private readonly Dictionary<string, string> environment;
    private readonly string folder;
    private Child worker = null!;
    private Child replay = null!;

    private Trial(Servers servers, TestDatabase database, string name, string configuration)
    {
        (this.servers, this.database) = (servers, database);
        folder = Path.Combine(EstProcess.Repository, "artifacts", "chaos", name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "est.json"), configuration);
        environment = new()
        {
            ["EST_POSTGRES"] = database.ConnectionString, ["EST_NATS"] = servers.Nats.Url, ["EST_PREFIX"] = database.Name[^12..], ["EST_HTTP"] = "", ["EST_API_HTTP"] = "",
        };
    }

    /// <summary>Logs of the processes; kept until <see cref="Forget"/>.</summary>
    public string Folder => folder;

    /// <param name="before">What is in the log before anything runs.</param>
    public static async Task<Trial> StartAsync(Servers servers, string name, string? configuration = null, Func<TestDatabase, Task>? before = null)
    {
        await servers.Postgres.StartAgainAsync();
        var trial = new Trial(servers, await TestDatabase.CreateAsync(servers.Postgres.ConnectionString), name, configuration ?? Configuration.Text);
        if (before is not null) await before(trial.database);
        trial.worker = trial.Est("worker", "run", "--config", Path.Combine(trial.folder, "est.json"), "--log", "debug");
        trial.replay = trial.StartReplay();
        return trial;
    }

    /// <summary>Kills what the schedule says, when it says so.</summary>
    public async Task SufferAsync(IReadOnlyList<Kill> schedule, Random random)
    {
        var started = Environment.TickCount64;
        foreach (var kill in schedule)
        {
            var wait = kill.At - TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            await KillAsync(kill, random);
        }
    }

    private async Task KillAsync(Kill kill, Random random)
    {
        switch (kill.Victim)
        {
            case Victim.Worker:
                await worker.DisposeAsync();
                await Task.Delay(kill.Down);
                worker = Est("worker", "run", "--config", Path.Combine(folder, "est.json"), "--log", "debug");
                break;
            case Victim.Replay:
                if (replay is { Ended: true, Code: 0 }) return;
                await replay.DisposeAsync();
                await Task.Delay(kill.Down);
                replay = StartReplay();
                break;
            case Victim.Nats:
                await servers.Nats.KillAsync();
                await Task.Delay(kill.Down);
                await servers.Nats.StartAgainAsync();
                break;
            case Victim.Postgres:
                await servers.Postgres.KillAsync();
                await Task.Delay(kill.Down);
                await servers.Postgres.StartAgainAsync();
                break;
            default:
                await servers.Postgres.KillSessionAsync(database.Name, random);
                break;
        }
    }

    /// <summary>Until all signals are published, which no restart of a server may keep the replay from.</summary>
    public async Task UntilFedAsync()
    {
        await UntilAsync(() => Task.FromResult(replay.Ended), "the replay ends", 120);
        if (replay.Code != 0) throw new InvalidOperationException($"the replay ended with {replay.Code}");
    }

    /// <summary>Until as much is decided as was without disturbance.</summary>
    public async Task<Result> UntilAsManyAsync(Result wanted)
    {
        var result = new Result("", "");
        await UntilAsync(async () => (result = await ResultAsync()).Counts == wanted.Counts, "as many events as undisturbed", 60, () => $"{result.Counts}\nnot\n{wanted.Counts}");
        // Whatever would be decided twice has its chance now.
        await Task.Delay(500);
        return await ResultAsync();
    }

    /// <summary>Until nothing more is decided.</summary>
    public async Task<Result> UntilQuietAsync()
    {
        var (last, since) = (new Result("", ""), Environment.TickCount64);
        await UntilAsync(async () =>
        {
            var now = await ResultAsync();
            if (now != last) (last, since) = (now, Environment.TickCount64);
            return Environment.TickCount64 - since > 4_000 && now.Counts.Contains("order_filled", StringComparison.Ordinal);
        }, "it is quiet", 120);
        return last;
    }

    /// <summary>The whole log, in the order in which it was committed.</summary>
    public IAsyncEnumerable<RecordedEvent> Log => new EventReader(database.App).ReadAllAsync();

    public void Forget() => Directory.Delete(folder, recursive: true);

    public async ValueTask DisposeAsync()
    {
        await worker.DisposeAsync();
        await replay.DisposeAsync();
        await ForgetStreamsAsync();
        await servers.Postgres.StartAgainAsync();
        NpgsqlConnection.ClearAllPools();
        await database.DisposeAsync();
    }

    /// <summary>Each stream reserves its room on the server.</summary>
    private async Task ForgetStreamsAsync()
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url, RetryOnInitialConnect = true });
        using var js = new NatsJSContext(nats);
        var subjects = new Subjects(environment["EST_PREFIX"]);
        foreach (var stream in (string[])[subjects.SignalStream, subjects.InboxStream("main"), subjects.InboxStream("second"), subjects.EventStream])
        {
            try
            {
                await js.DeleteStreamAsync(stream);
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // Most trials have one portfolio.
            }
        }
    }

    private Child StartReplay() => Est("replay", "replay", "--seed", "1", "--days", "1", "--speed", Speed, "--log", "debug");

    private Child Est(string log, params string[] arguments) =>
        Child.Start(Path.Combine(folder, $"{log}.log"), environment, ["dotnet", EstProcess.Path, .. arguments]);

    private async Task<Result> ResultAsync()
    {
        var counts = new List<string>();
        await using var command = database.App.CreateCommand("select type, count(*) from events.mt_events where type = any($1) group by type order by type");
        command.Parameters.Add(new NpgsqlParameter { Value = DecisionDigest.Types.Concat(["intent_received", "intent_refused"]).ToArray() });
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync()) counts.Add($"{rows.GetString(0)} {rows.GetInt64(1)}");
        return new Result(await DecisionDigest.OfAsync(new EventReader(database.App), CancellationToken.None), string.Join("; ", counts));
    }

    private async Task UntilAsync(Func<Task<bool>> reached, string what, double seconds, Func<string>? detail = null)
    {
        for (var until = Environment.TickCount64 + (long)(seconds * 1_000); ; await Task.Delay(100))
        {
            if (worker.Ended) throw new InvalidOperationException($"the worker ended by itself with {worker.Code}");
            try
            {
                if (await reached()) return;
            }
            catch (NpgsqlException) when (Environment.TickCount64 < until)
            {
                // A pooled connection from before a kill.
            }

            if (Environment.TickCount64 > until) throw new TimeoutException($"not within {seconds} s: {what} {detail?.Invoke()}");
        }
    }
}
