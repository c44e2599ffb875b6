using HotChocolate.Execution;
using Microsoft.AspNetCore.Http;

namespace HotChocolate.AspNetCore;

/// <summary>Takes WebSockets of the protocol <c>graphql-transport-ws</c>, as npm <c>graphql-ws</c> defines it in its PROTOCOL.md.</summary>
internal sealed class GraphQLSocketEndpoint(RequestExecutor executor, GraphQLServerOptions options, CancellationToken stopping)
{
    private const string Protocol = "graphql-transport-ws";
    private int _connections;

    public async Task ServeAsync(HttpContext http)
    {
        if (!IsAllowedOrigin(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync($"Origin is \"{http.Request.Headers.Origin}\"; pages of that site may not connect.");
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _connections) > options.Sockets.MaxConnections || stopping.IsCancellationRequested)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await http.Response.WriteAsync($"There are {options.Sockets.MaxConnections} connections already, or the server is stopping; try again later.");
                return;
            }

            var isKnown = http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol);
            // Told here and not to the middleware: a host that has one of its own would keep to its own times.
            using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = isKnown ? Protocol : null, KeepAliveInterval = options.Sockets.KeepAlive, KeepAliveTimeout = options.Sockets.KeepAlive,
            });
            var connection = new GraphQLSocket(socket, http, executor, options);
            if (!isKnown) connection.Close(4406, "Subprotocol not acceptable");
            await using var onStop = stopping.Register(() => connection.Close(1001, "Going away"));
            await connection.RunAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    /// <summary>A page of another site could open a connection with the user's cookies; browsers always say whose page it is.</summary>
    private bool IsAllowedOrigin(HttpRequest request) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
