using System.Net;
using HotChocolate.AspNetCore;
using HotChocolate.Execution;
using HotChocolate.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>Kestrel on a free port of the loopback interface.</summary>
internal sealed class SampleServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleServer(WebApplication app) => _app = app;

    public int Port { get; private set; }
    public Uri Http => new($"http://127.0.0.1:{Port}/graphql");
    public Uri Socket => new($"ws://127.0.0.1:{Port}/graphql");

    /// <param name="port">0 for any.</param>
    public static async Task<SampleServer> StartAsync(Schema? schema = null, GraphQLServerOptions? options = null, RequestOptions? limits = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        var app = builder.Build();
        app.MapGraphQL("/graphql", new RequestExecutor(schema ?? SampleSchema.Create(), limits), options);
        var server = new SampleServer(app);
        await app.StartAsync();
        server.Port = new Uri(app.Urls.First()).Port;
        return server;
    }

    /// <summary>As a server that is asked to stop.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
