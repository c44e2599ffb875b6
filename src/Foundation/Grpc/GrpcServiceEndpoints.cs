using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Grpc.Core;

/// <param name="MaxReceiveMessageSize">In bytes.</param>
public sealed record GrpcServiceOptions(int MaxReceiveMessageSize = 4 << 20);

public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Serves a service of a .proto file over HTTP/2. Unary and server-streaming methods; no compression.</summary>
    /// <exception cref="InvalidOperationException">A method has no handler.</exception>
    public static void MapGrpcService(this IEndpointRouteBuilder endpoints, ServiceDescriptor service, GrpcServiceOptions options, Action<GrpcServiceEndpoints> handlers)
    {
        var mapped = new GrpcServiceEndpoints(endpoints, service, options);
        handlers(mapped);
        mapped.ThrowIfIncomplete();
        endpoints.MapFallback("/{service}/{method}", GrpcServiceEndpoints.UnknownAsync);
    }
}

/// <summary>
/// gRPC over HTTP/2 as PROTOCOL-HTTP2.md of the gRPC documentation describes it: the role of Grpc.AspNetCore, for the few services
/// that the platform has. Handlers throw <see cref="RpcException"/> to end a call with another status than OK.
/// </summary>
public sealed class GrpcServiceEndpoints
{
    private const string ContentType = "application/grpc";

    private readonly IEndpointRouteBuilder endpoints;
    private readonly ServiceDescriptor service;
    private readonly GrpcServiceOptions options;
    private readonly SortedSet<string> missing;

    internal GrpcServiceEndpoints(IEndpointRouteBuilder endpoints, ServiceDescriptor service, GrpcServiceOptions options)
    {
        (this.endpoints, this.service, this.options) = (endpoints, service, options);
        missing = new SortedSet<string>(service.Methods.Select(m => m.Name), StringComparer.Ordinal);
    }

    public void Unary<TRequest, TResponse>(string method, Func<TRequest, ServerCallContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest> where TResponse : class, IMessage<TResponse> =>
        Map<TRequest, TResponse>(method, streams: false, (request, context) => OneAsync(handler(request, context)));

    public void ServerStreaming<TRequest, TResponse>(string method, Func<TRequest, ServerCallContext, IAsyncEnumerable<TResponse>> handler)
        where TRequest : class, IMessage<TRequest> where TResponse : class, IMessage<TResponse> =>
        Map(method, streams: true, handler);

    internal void ThrowIfIncomplete()
    {
        if (missing.Count > 0) throw new InvalidOperationException($"{service.FullName} has no handler for {string.Join(", ", missing)}");
    }

    /// <summary>A client that calls what is not there learns it from gRPC's own status, not from HTTP's.</summary>
    internal static Task UnknownAsync(HttpContext http)
    {
        if (IsGrpc(http.Request)) return ServeAsync(http, _ => throw new RpcException(new Status(StatusCode.Unimplemented, $"there is no method {http.Request.Path}")));
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && (type == ContentType || type.StartsWith(ContentType + "+proto", StringComparison.Ordinal));

    private void Map<TRequest, TResponse>(string name, bool streams, Func<TRequest, ServerCallContext, IAsyncEnumerable<TResponse>> handler)
        where TRequest : class, IMessage<TRequest> where TResponse : class, IMessage<TResponse>
    {
        var method = service.FindMethodByName(name) ?? throw new ArgumentException($"{service.FullName} has no method {name}", nameof(name));
        if (method.IsClientStreaming || method.IsServerStreaming != streams || method.InputType.ClrType != typeof(TRequest) || method.OutputType.ClrType != typeof(TResponse))
            throw new ArgumentException($"{method.FullName} is not of the shape of its handler", nameof(handler));
        missing.Remove(name);
        var parser = (MessageParser<TRequest>)method.InputType.Parser;
        endpoints.MapPost($"/{service.FullName}/{name}", http => ServeAsync(http, async context =>
        {
            var request = await MessageFraming.ReadOnlyAsync(http.Request.BodyReader, parser, options.MaxReceiveMessageSize, context.CancellationToken);
            await foreach (var response in handler(request, context).WithCancellation(context.CancellationToken))
                await MessageFraming.WriteAsync(http.Response.BodyWriter, response, context.CancellationToken);
        }));
    }

    private static async Task ServeAsync(HttpContext http, Func<ServerCallContext, Task> serve)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
            return;
        }

        if (!IsGrpc(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.ContentType = ContentType;
        http.Response.Headers["grpc-accept-encoding"] = "identity";
        var (status, trailers) = await EndAsync(http, serve);
        http.Response.AppendTrailer("grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0) http.Response.AppendTrailer("grpc-message", PercentEncoding.Encode(status.Detail));
        foreach (var (name, value) in trailers) http.Response.AppendTrailer(name, value);
    }

    private static async Task<(Status, IReadOnlyList<(string Name, string Value)>)> EndAsync(HttpContext http, Func<ServerCallContext, Task> serve)
    {
        ServerCallContext? context = null;
        try
        {
            context = new ServerCallContext(http);
            if (http.Request.Headers["grpc-encoding"].ToString() is { Length: > 0 } encoding and not "identity")
                throw new RpcException(new Status(StatusCode.Unimplemented, $"grpc-encoding '{encoding}' is not supported; send identity"));
            await serve(context);
            return (Status.DefaultSuccess, []);
        }
        catch (RpcException e)
        {
            return (e.Status, e.Trailers);
        }
        catch (OperationCanceledException) when (context?.CancellationToken.IsCancellationRequested == true)
        {
            return (context.Cancellation, []);
        }
        catch (Exception e)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("grpc").LogError(e, "{Method} failed", http.Request.Path);
            return (new Status(StatusCode.Unknown, "the call failed; the server's log tells why"), []);
        }
        finally
        {
            context?.Dispose();
        }
    }

    private static async IAsyncEnumerable<T> OneAsync<T>(Task<T> response, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        yield return await response;
    }
}
