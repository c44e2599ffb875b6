using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Faults;
using EventSourcedTrading.BrokerFakes.Venues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.BrokerFakes.Serving;

/// <summary>A broker's API on a loopback port.</summary>
public sealed class FakeServer : IAsyncDisposable
{
    public const int MaxBody = 1_048_576;

    private readonly WebApplication server;
    private readonly IBrokerApi api;
    private readonly CancellationToken stopping;

    private FakeServer(IBrokerApi api, Venue venue, FaultPlan faults, Feed feed, Traffic traffic, SkewedTime time, int port)
    {
        (this.api, Venue, Faults, Feed, Traffic, Time) = (api, venue, faults, feed, traffic, time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, MaxBody));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        server = builder.Build();
        stopping = server.Lifetime.ApplicationStopping;
        server.UseWebSockets();
        foreach (var operation in api.Operations) server.MapMethods(api.Prefix + operation.Pattern, [operation.Method], context => ServeAsync(operation, context));
        server.Map(api.Prefix + api.StreamPath, StreamAsync);
        Control.Map(server, this);
        server.MapFallback(context => WriteAsync(context, api.Failed(404, $"{context.Request.Method} {context.Request.Path} is not served by the fake broker")));
        venue.Reported = feed.Publish;
    }

    public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where the paths of the specification begin; ends with a slash.</summary>
    public Uri Api => new(Address, api.Prefix + "/");

    /// <summary>The market, the orders, the executions and the money. Its prices are the test's to set.</summary>
    public Venue Venue { get; }

    public FaultPlan Faults { get; }
    public Feed Feed { get; }
    public Traffic Traffic { get; }
    public SkewedTime Time { get; }
    public string Broker => api.Name;

    /// <param name="port">0 takes a free one.</param>
    public static async Task<FakeServer> StartAsync(IBrokerApi api, Venue venue, FaultPlan faults, Feed feed, Traffic traffic, SkewedTime time, int port)
    {
        var started = new FakeServer(api, venue, faults, feed, traffic, time, port);
        await started.server.StartAsync();
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        Venue.Reported = null;
        await server.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await server.DisposeAsync();
    }

    /// <summary>Until Ctrl-C or <paramref name="stop"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken stop) => server.WaitForShutdownAsync(stop);

    private async Task ServeAsync(Operation operation, HttpContext context)
    {
        if (Faults.Next(FaultKind.ClockSkew, operation.Name) is { } skew) Time.Skew = TimeSpan.FromSeconds(skew.Amount);
        context.Response.Headers.Date = Time.GetUtcNow().ToString("R");
        JsonNode? body;
        try
        {
            body = await ReadAsync(context.Request);
        }
        catch (JsonException e)
        {
            await WriteAsync(context, api.Failed(400, $"request body format is invalid: {e.Message}"));
            return;
        }

        var call = new Call(context.Request.Method, context.Request.Path + context.Request.QueryString, new RouteTexts(context.Request.RouteValues), context.Request.Query, context.Request.Headers, body);
        if (Faults.Strikes(FaultKind.HalfOpen, operation.Name))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => context.Abort(), TaskScheduler.Default);
            return;
        }

        string? fault = null;
        Answer answer;
        lock (Venue.Gate) answer = Decide(operation, call, context.Response.Headers, ref fault);
        Traffic.Record(new Exchange(call.Method, call.Path, operation.Pattern, body, answer.Status, answer.Body, fault));
        if (fault == nameof(FaultKind.DropResponse)) context.Abort();
        else await WriteAsync(context, answer);
    }

    private Answer Decide(Operation operation, Call call, IHeaderDictionary headers, ref string? fault)
    {
        if (api.Admit(operation, call, headers) is { } refused) return refused;
        if (Faults.Strikes(FaultKind.TooManyRequests, operation.Name)) return api.Failed(429, "rate limit exceeded");
        if (Faults.Strikes(FaultKind.ServerError, operation.Name)) return api.Failed(503, "service unavailable");
        if (Faults.Strikes(FaultKind.Reject, operation.Name)) return api.Failed(422, $"fault: {operation.Name} rejected");
        Answer answer;
        try
        {
            answer = operation.Handle(call);
        }
        catch (AnswerException e)
        {
            answer = e.Answer;
        }
        catch (BadCallException e)
        {
            answer = api.Failed(422, e.Message);
        }
        catch (RefusedException e)
        {
            answer = api.Failed(422, e.Message);
        }

        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A list where an object is read: JSON of another shape than asked for.
            answer = api.Failed(400, "request body format is invalid");
        }

        if (Faults.Strikes(FaultKind.DropResponse, operation.Name)) fault = nameof(FaultKind.DropResponse);
        return Faults.Strikes(FaultKind.ServerErrorAfter, operation.Name) ? api.Failed(500, "internal server error") : answer;
    }

    private async Task StreamAsync(HttpContext context)
    {
        var call = new Call(context.Request.Method, context.Request.Path + context.Request.QueryString, new RouteTexts(context.Request.RouteValues), context.Request.Query, context.Request.Headers, null);
        if (!context.WebSockets.IsWebSocketRequest || Faults.Strikes(FaultKind.ServerError, "stream"))
        {
            await WriteAsync(context, context.WebSockets.IsWebSocketRequest ? api.Failed(503, "service unavailable") : api.Failed(400, $"{api.StreamPath} is a WebSocket"));
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        ClientStream? stream;
        lock (Venue.Gate)
        {
            stream = api.Join(call, socket);
            if (stream is null) return;
            if (Faults.Strikes(FaultKind.HalfOpen, "stream")) stream.Mute();
            Feed.Join(stream);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await stream.RunAsync(Venue.Gate, either.Token);
        Feed.Leave(stream);
    }

    private static async Task<JsonNode?> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return string.IsNullOrWhiteSpace(text) ? null : Fields.Parse(text);
    }

    private async Task WriteAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        if (answer.Body is null && answer.Text is null) return;
        context.Response.ContentType = answer.Body is null ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        await context.Response.WriteAsync((answer.Body is null ? null : api.Sent(answer.Body).ToJsonString()) ?? answer.Text!);
    }
}
