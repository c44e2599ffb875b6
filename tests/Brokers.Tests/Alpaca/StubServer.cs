using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

/// <summary>Answers every request alike, with what no fake broker would say.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication server;

    private StubServer(WebApplication server) => this.server = server;

    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public int Calls { get; private set; }

    public static async Task<StubServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        var stub = new StubServer(app);
        app.Run(context =>
        {
            stub.Calls++;
            return answer(context);
        });
        await app.StartAsync();
        return stub;
    }

    public static Task<StubServer> SayingAsync(int status, string body, string contentType = "application/json") => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await server.DisposeAsync();
    }
}
