using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Testing;

/// <summary>
/// A fresh, migrated database of its own for one test or test class, on the server that EST_POSTGRES names.
/// It is a copy of a template that is migrated once per server and set of migrations.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const long TemplateLock = 0x4553545F544D504C; // "EST_TMPL"
    private const int DroppedAtOnce = 16;
    private static readonly Lock Gate = new();
    private static readonly List<string> Left = [];

    private readonly string _server;

    static TestDatabase() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DropAsync(TakeLeft(atLeast: 1)).Wait(TimeSpan.FromMinutes(1));

    private TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = ForDatabase(server, name);
        Admin = NpgsqlDataSource.Create(ConnectionString);
        App = StoreConnection.Open(ConnectionString, StoreRole.App);
        Reader = StoreConnection.Open(ConnectionString, StoreRole.Reader);
    }

    public string Name { get; }

    /// <summary>Connects as whoever EST_POSTGRES names: usually a superuser.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource Admin { get; }

    /// <summary>As est_app: what the platform's processes use.</summary>
    public NpgsqlDataSource App { get; }

    /// <summary>As est_reader.</summary>
    public NpgsqlDataSource Reader { get; }

    /// <summary>The server's connection string.</summary>
    /// <exception cref="InvalidOperationException">EST_POSTGRES is not set.</exception>
    public static string Server => Environment.GetEnvironmentVariable("EST_POSTGRES") is { Length: > 0 } server
        ? server
        : throw new InvalidOperationException(
            "EST_POSTGRES is not set, so there is no PostgreSQL to test against. Run `make test`, or `scripts/services -- dotnet test …`.");

    /// <summary>A migrated database.</summary>
    /// <param name="server">Connection string of another server than the one that EST_POSTGRES names.</param>
    public static async Task<TestDatabase> CreateAsync(string? server = null)
    {
        server ??= Server;
        var template = await TemplateAsync(server);
        return await CreateAsync(server, $"template {template}");
    }

    /// <summary>A database without anything in it, for tests of the migrator.</summary>
    public static Task<TestDatabase> CreateEmptyAsync() => CreateAsync(Server, "template template0");

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Reader.DisposeAsync();
        await Admin.DisposeAsync();
        if (_server != Server)
        {
            await OnServerAsync(_server, Drop(Name));
            return;
        }

        lock (Gate) Left.Add(Name);
        await DropAsync(TakeLeft(DroppedAtOnce));
    }

    private static string Drop(string name) => $"drop database if exists {name} with (force)";

    private static List<string> TakeLeft(int atLeast)
    {
        lock (Gate)
        {
            if (Left.Count < atLeast) return [];
            List<string> taken = [.. Left];
            Left.Clear();
            return taken;
        }
    }

    /// <summary>Each drop waits for a checkpoint of the whole server. Those that come together share it.</summary>
    private static Task DropAsync(List<string> names) => Task.WhenAll(names.Select(n => Task.Run(() => OnServerAsync(Server, Drop(n)))));

    private static async Task<TestDatabase> CreateAsync(string server, string from)
    {
        var name = $"est_test_{Guid.NewGuid():N}";
        await OnServerAsync(server, $"create database {name} {from}");
        return new TestDatabase(server, name);
    }

    private static async Task<string> TemplateAsync(string server)
    {
        var digest = string.Concat(Migrator.Migrations.Select(m => m.Sha256));
        var name = $"est_template_{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(digest)))[..16]}";
        await using var connection = new NpgsqlConnection(Unpooled(server));
        await connection.OpenAsync();
        if (await ExistsAsync(connection, name)) return name;

        await ExecuteAsync(connection, $"select pg_advisory_lock({TemplateLock})"); // ends with the connection
        if (await ExistsAsync(connection, name)) return name;
        var building = $"{name}_building";
        await ExecuteAsync(connection, $"drop database if exists {building} with (force)");
        await ExecuteAsync(connection, $"create database {building}");
        await using (var source = NpgsqlDataSource.Create(Unpooled(ForDatabase(server, building))))
            await Migrator.ApplyAsync(source);
        await ExecuteAsync(connection, $"alter database {building} rename to {name}");
        return name;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string database)
    {
        await using var command = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = database } },
        };
        return await command.ExecuteScalarAsync() is not null;
    }

    private static async Task OnServerAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(Unpooled(server));
        await connection.OpenAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static string ForDatabase(string server, string database) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database, IncludeErrorDetail = true }.ConnectionString;

    private static string Unpooled(string server) =>
        new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString;
}
