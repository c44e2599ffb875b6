using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>A platform as somebody sees it who only looks: it connects to a server when that is first asked for, and runs nothing.</summary>
/// <param name="file">The configuration file, there or not.</param>
public sealed class PlatformView(PlatformOptions options, string file) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private NpgsqlDataSource? app, reader;
    private NatsConnection? nats;
    private NatsJSContext? js;

    public PlatformOptions Options => options;

    public string ConfigFile => file;

    public Subjects Subjects { get; } = new(options.Prefix);

    public IReadOnlyList<string> Portfolios { get; } = [.. options.Portfolios.Select(p => p.Id)];

    /// <summary>As est_app.</summary>
    public NpgsqlDataSource App => app ??= StoreConnection.Open(Postgres, StoreRole.App);

    /// <summary>As est_reader.</summary>
    public NpgsqlDataSource Reader => reader ??= StoreConnection.Open(Postgres, StoreRole.Reader);

    /// <summary>The server, as whoever EST_POSTGRES names.</summary>
    /// <exception cref="ConfigurationException">EST_POSTGRES is not set.</exception>
    public string Postgres
    {
        get
        {
            PlatformOptions.Require(options.Postgres, "EST_POSTGRES", "an Npgsql connection string, such as Host=127.0.0.1;Username=est;Database=est");
            return options.Postgres;
        }
    }

    /// <exception cref="ConfigurationException">EST_NATS is not set.</exception>
    /// <exception cref="NatsException">The server does not answer.</exception>
    public async Task<NatsConnection> NatsAsync(CancellationToken ct)
    {
        if (nats is not null) return nats;
        PlatformOptions.Require(options.Nats, "EST_NATS", "an address, such as nats://127.0.0.1:4222");
        var connection = new NatsConnection(new NatsOpts { Url = options.Nats, Name = "est-diagnostics", ConnectTimeout = Patience, RequestTimeout = Patience });
        await connection.ConnectAsync(ct);
        return nats = connection;
    }

    public async Task<NatsJSContext> JetStreamAsync(CancellationToken ct) => js ??= new NatsJSContext(await NatsAsync(ct));

    public async ValueTask DisposeAsync()
    {
        js?.Dispose();
        if (nats is not null) await nats.DisposeAsync();
        if (app is not null) await app.DisposeAsync();
        if (reader is not null) await reader.DisposeAsync();
    }
}
