using System.Net;
using System.Runtime.CompilerServices;
using EventSourcedTrading.Testing;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Grpc.Tests;

/// <summary>A small service on a port of its own.</summary>
public sealed class EchoServer : IAsyncLifetime
{
    public const int MaxMessage = 1_000;

    private readonly WebApplication app;

    public EchoServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        app.MapGrpcService(EchoReflection.Descriptor.Services[0], new GrpcServiceOptions(MaxMessage), echo =>
        {
            echo.Unary<Phrase, Phrase>("Say", SayAsync);
            echo.ServerStreaming<Phrase, Phrase>("Count", CountAsync);
        });
    }

    public Uri Address => new(app.Urls.Single());

    public GrpcJs Client => new(Address.Authority, Path.Combine(EstProcess.Repository, "tests", "Grpc.Tests"), "echo.proto", "est.testing.Echo");

    /// <summary>Set when a stream that the caller gave up has been told so.</summary>
    public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask InitializeAsync() => await app.StartAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static async Task<Phrase> SayAsync(Phrase request, ServerCallContext context)
    {
        switch (request.Text)
        {
            case "refuse": throw new RpcException(new Status(StatusCode.FailedPrecondition, "100 % näää – 不行\n"), ("est-code", "NO"));
            case "break": throw new InvalidOperationException("a secret of the server");
            case "sleep":
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return request;
            default: return new Phrase { Text = request.Text, Number = request.Number + 1 };
        }
    }

    private async IAsyncEnumerable<Phrase> CountAsync(Phrase request, ServerCallContext context, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var i = 1; i <= request.Number; i++)
        {
            try
            {
                if (request.Text == "slowly") await Task.Delay(20, ct);
            }
            catch (OperationCanceledException)
            {
                Abandoned.TrySetResult();
                throw;
            }

            yield return new Phrase { Number = i };
        }

        if (request.Text == "refuse") throw new RpcException(new Status(StatusCode.OutOfRange, "no more"));
    }

    private IAsyncEnumerable<Phrase> CountAsync(Phrase request, ServerCallContext context) => CountAsync(request, context, context.CancellationToken);
}
