using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace EventSourcedTrading.Chaos;

/// <summary>A PostgreSQL of the test's own, durable as in production, to be killed and started again.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Environment = new() { ["LC_ALL"] = "C", ["HOME"] = "/" };
    private readonly string folder = Directory.CreateTempSubdirectory("est-chaos-").FullName;
    private readonly int port = FreePort();
    private Child? postmaster;

    private static string Programs => System.Environment.GetEnvironmentVariable("EST_POSTGRES_BIN")
        ?? throw new InvalidOperationException("EST_POSTGRES_BIN is not set. Run `make test`, or run this under scripts/services.");

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsNobody => System.Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", $"--regid={GroupOfNobody}", "--clear-groups"] : [];

    /// <summary>Its name differs between distributions.</summary>
    private static string GroupOfNobody => File.ReadLines("/etc/passwd").First(l => l.StartsWith("nobody:", StringComparison.Ordinal)).Split(':')[3];

    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=5";

    public static async Task<PostgresCluster> StartAsync()
    {
        var cluster = new PostgresCluster();
        var (data, log) = (Path.Combine(cluster.folder, "data"), Path.Combine(cluster.folder, "initdb.log"));
        Directory.CreateDirectory(data);
        if (System.Environment.IsPrivilegedProcess)
        {
            await Child.RunAsync(log, Environment, "chmod", "711", cluster.folder);
            await Child.RunAsync(log, Environment, "chown", "nobody", data);
        }

        await Child.RunAsync(log, Environment, [.. AsNobody, Path.Combine(Programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        await cluster.StartAgainAsync();
        return cluster;
    }

    /// <summary>Starts it if it is down, with recovery from the log of the last crash, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        for (var until = Stopwatch.StartNew(); ;)
        {
            if (postmaster is null or { Ended: true })
            {
                // What was killed hard leaves its lock file; and its memory, until its last process is gone: hence again.
                File.Delete(Path.Combine(folder, "data", "postmaster.pid"));
                postmaster = Child.Start(Path.Combine(folder, "postgres.log"), Environment,
                    [.. AsNobody, Path.Combine(Programs, "postgres"), "-D", Path.Combine(folder, "data"), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", $"port={port}",
                     "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "full_page_writes=on", "-c", "max_connections=100", "-c", "shared_buffers=64MB", "-c", "jit=off"]);
            }

            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (until.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>kill -9 of the postmaster and all its children.</summary>
    public Task KillAsync() => postmaster!.KillAsync();

    /// <summary>kill -9 of one session: PostgreSQL then ends all others, and recovers by itself. Returns when it has.</summary>
    public async Task KillSessionAsync(string database, Random random)
    {
        await StartAgainAsync(); // it may still be at the recovery from the last kill
        var sessions = new List<int>();
        await using (var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select pid from pg_stat_activity where datname = $1 order by pid", connection) { Parameters = { new() { Value = database } } };
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync()) sessions.Add(rows.GetInt32(0));
        }

        if (sessions.Count == 0) return;
        try
        {
            using var session = Process.GetProcessById(sessions[random.Next(sessions.Count)]);
            session.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself meanwhile.
        }

        await Task.Delay(200); // the postmaster takes in what has happened; until then it would still answer
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (postmaster is not null) await postmaster.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
