using System.Net;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Api.GraphQL;
using EventSourcedTrading.Api.Grpc;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Api.State;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Reading;
using Grpc.Core;
using HotChocolate.AspNetCore;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Npgsql;

namespace EventSourcedTrading.Api;

/// <summary>Where the control plane listens, and whom it believes besides its own keys.</summary>
/// <param name="Http">Such as <c>http://127.0.0.1:8081</c>.</param>
/// <param name="Grpc">HTTP/2 without TLS, such as <c>http://127.0.0.1:8082</c>.</param>
/// <param name="BehindTls">Somebody in front of us ends TLS: only then may we listen to others than this machine.</param>
public sealed record ApiSettings(string Http, string Grpc, bool BehindTls = false, JwtSettings? Jwt = null)
{
    /// <summary>Of clients of the live streams.</summary>
    public StreamLimits Streams { get; init; } = new();
    public GraphQLSettings GraphQL { get; init; } = new();
    public RateSettings Rates { get; init; } = new();
}

/// <summary>What the control plane needs of the platform around it.</summary>
/// <param name="App">Connects as est_app.</param>
/// <param name="Reader">Connects as est_reader.</param>
/// <param name="Persons">On a connection as est_app.</param>
/// <param name="NudgeOf">The subject that makes a portfolio's engine look into the log.</param>
/// <param name="Outcomes">The subjects on which engines say that they have answered.</param>
/// <param name="SignalOf">The subject of an instrument's signals; of <c>&gt;</c> those of all.</param>
/// <param name="Risk">What a portfolio has at risk; null where nobody here can tell.</param>
public sealed record ApiSurroundings(
    NpgsqlDataSource App, NpgsqlDataSource Reader, EventAppender Appender, PersonDirectory Persons, NatsConnection Nats, Func<string, string> NudgeOf, string Outcomes,
    Func<string, string> SignalOf, TimeProvider Time, ILoggerFactory Logs, PortfolioRiskSource? Risk = null);

/// <summary>The control plane's own web server: HTTP/1.1 and 2 on one port, gRPC on another.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication server;

    private ApiServer(WebApplication server) => this.server = server;

    /// <summary>Where it listens, HTTP first: of use where a port was left to the system.</summary>
    public IReadOnlyList<Uri> Addresses => [.. server.Urls.Select(u => new Uri(u))];

    /// <exception cref="InvalidOperationException">Keys would travel in the clear.</exception>
    /// <exception cref="MasterKeyException">The persons are under another master key.</exception>
    public static async Task<ApiServer> StartAsync(ApiSettings settings, ApiSurroundings around, CancellationToken ct)
    {
        var app = Build(settings, around);
        await around.Persons.CheckAsync(ct);
        await app.Services.GetRequiredService<ApiKeys>().AdoptAsync(ct);
        await app.Services.GetRequiredService<RequestExecutor>().WarmUpAsync(ct);
        await app.StartAsync(ct);
        await GreetAsync(app, ct);
        return new ApiServer(app);
    }

    /// <summary>One request over the network, so that the web server's own code is compiled too before others ask. It is of no use to anybody, and refused before it is asked who sends it.</summary>
    private static async Task GreetAsync(WebApplication app, CancellationToken ct)
    {
        try
        {
            var listening = new Uri(app.Urls.First());
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            using var answer = await http.PutAsync(new UriBuilder(listening) { Host = listening.Host is "0.0.0.0" or "[::]" ? "localhost" : listening.Host, Path = "/graphql" }.Uri, null, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
        {
            // Then the first who asks waits a little longer.
        }
    }

    /// <summary>Clients of the live streams now.</summary>
    public int StreamClients => server.Services.GetRequiredService<StreamHub>().Clients;

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var services = server.Services;
        await services.GetRequiredService<FirmExecution>().FinishAsync(ct);
        await services.GetRequiredService<Outcomes>().ListenAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await server.StopAsync(hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.DisposeAsync();
    }

    internal static WebApplication Build(ApiSettings settings, ApiSurroundings around)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Exchange.MaxBody;
            kestrel.Limits.MaxConcurrentConnections = 1_000;
            // A WebSocket counts here from its upgrade on, and no longer there.
            kestrel.Limits.MaxConcurrentUpgradedConnections = 4_000;
            Listen(kestrel, settings.Http, HttpProtocols.Http1, settings.BehindTls);
            // Without TLS a client cannot say which version it speaks, so gRPC has a port of its own.
            Listen(kestrel, settings.Grpc, HttpProtocols.Http2, settings.BehindTls);
        });
        var services = builder.Services;
        services.AddSingleton(around.Logs).AddSingleton(around.Time).AddSingleton(around.Nats).AddSingleton(around.Persons);
        services.AddSingleton(new EventLog(new EventReader(around.App), around.Appender, around.Time)).AddSingleton(new Stories(around.App));
        services.AddSingleton(new Outcomes(around.Nats, around.Outcomes)).AddSingleton<FirmExecution>().AddSingleton<TurningAway>().AddSingleton(_ => new RateLimits(settings.Rates));
        services.AddSingleton(s => new ApiKeys(around.App, s.GetRequiredService<EventLog>(), around.Persons, around.Time));
        services.AddSingleton(s => new Standing(s.GetRequiredService<ApiKeys>(), around.Time));
        services.AddSingleton(s => new ControlPlane(
            s.GetRequiredService<EventLog>(), s.GetRequiredService<Stories>(), s.GetRequiredService<Outcomes>(), s.GetRequiredService<FirmExecution>(), around.Persons,
            around.Nats, around.NudgeOf, around.Time));
        services.AddSingleton(s => new StateReader(around.Reader, s.GetRequiredService<Stories>(), s.GetRequiredService<FirmExecution>(), around.Persons));
        services.AddSingleton(s => new LogFeed(around.Reader, around.Time, new LogFeedOptions { Buffer = 16_384, NewsEvery = settings.Streams.HeartbeatEvery / 2 })
        {
            OnInterrupted = e => around.Logs.CreateLogger("live").LogWarning("The feed of the log was interrupted and connects again: {Reason}", e.Message),
        });
        services.AddSingleton(new ReadModels(around.Reader)).AddSingleton(s => new BookWatch(s.GetRequiredService<ReadModels>(), around.Time, settings.Streams.BookEvery));
        services.AddSingleton(new AuditQuery(around.Reader)).AddSingleton(new Causes(around.Reader)).AddSingleton(new Effects(around.Reader));
        services.AddSingleton(s => new Doorkeeper(s.GetRequiredService<ApiKeys>(), around.Persons, s.GetRequiredService<RateLimits>(), s.GetRequiredService<TurningAway>(), settings.Jwt));
        services.AddSingleton(s => new StreamHub(
            settings.Streams, s.GetRequiredService<LogFeed>(), s.GetRequiredService<BookWatch>(), around.Reader, around.Nats, around.SignalOf, s.GetRequiredService<Doorkeeper>(), s.GetRequiredService<Standing>(),
            around.Time, around.Logs.CreateLogger("streams")));
        services.AddSingleton<ControlPlaneService>().AddHttpContextAccessor().AddScoped<Door>();
        if (settings.Jwt is { } jwt) services.AddAuthentication().AddJwtBearer(JwtSettings.Scheme, jwt.Configure);
        GraphQLServer.Add(services, settings.GraphQL, around);
        OpenApiDocument.Add(services);

        var app = builder.Build();
        app.Use(Exchange.GuardAsync);
        app.UseStatusCodePages(page => Exchange.ProblemAsync(page.HttpContext, page.HttpContext.Response.StatusCode, page.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "UNKNOWN_PATH",
            StatusCodes.Status405MethodNotAllowed => "WRONG_METHOD",
            StatusCodes.Status415UnsupportedMediaType => "NOT_JSON",
            _ => "BAD_REQUEST",
        }, $"{page.HttpContext.Request.Method} {page.HttpContext.Request.Path} is not served as asked; /openapi/v1.json tells what is", null, null));
        app.UseWebSockets();
        app.UseRouting();
        app.MapOpenApi();
        StateEndpoints.Map(app);
        AuditEndpoints.Map(app);
        CommandEndpoints.Map(app);
        LogEndpoints.Map(app, around.Reader);
        StreamEndpoint.Map(app);
        GraphQLServer.Map(app, settings.GraphQL);
        app.MapGrpcService(V1Service, new GrpcServiceOptions(Exchange.MaxBody), app.Services.GetRequiredService<ControlPlaneService>().Map);
        return app;
    }

    private static Google.Protobuf.Reflection.ServiceDescriptor V1Service => global::EventSourcedTrading.Api.Grpc.V1.ControlReflection.Descriptor.Services[0];

    private static void Listen(KestrelServerOptions kestrel, string address, HttpProtocols protocols, bool behindTls)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != "http") throw new InvalidOperationException($"'{address}' must be an address such as http://127.0.0.1:8081");
        var ip = uri.Host is "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host);
        if (!IPAddress.IsLoopback(ip) && !behindTls)
            throw new InvalidOperationException($"{address} is open to other machines, and keys would travel in the clear. Put a proxy in front that ends TLS and set EST_API_BEHIND_TLS=1, or listen on 127.0.0.1.");
        kestrel.Listen(ip, uri.Port, o => o.Protocols = protocols);
    }
}
