using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>
/// <c>/stream</c>: a WebSocket for clients without GraphQL. docs/streams.md has the frames. The key comes in the Authorization header or in
/// a first message, never in the address, which ends up in logs.
/// </summary>
public static class StreamEndpoint
{
    public const string Protocol = "est.stream.v1";

    public static void Map(WebApplication app)
    {
        var hub = app.Services.GetRequiredService<StreamHub>();
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(hub.Close);
        app.MapGet("/stream", http => ServeAsync(http, hub)).ExcludeFromDescription();
    }

    private static async Task ServeAsync(HttpContext http, StreamHub hub)
    {
        if (!http.WebSockets.IsWebSocketRequest) throw new RefusedException("NO_WEBSOCKET", "/stream is a WebSocket; ask for an upgrade, as docs/streams.md shows");
        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
            throw new RefusedException("BAD_PROTOCOL", $"Sec-WebSocket-Protocol '{http.Request.Headers.SecWebSocketProtocol}' must name {Protocol}", "Sec-WebSocket-Protocol");
        var caller = http.Request.Headers.Authorization.Count == 0 ? null : await hub.IdentifyAsync(http, null);
        hub.Enter();
        StreamConnection? connection = null;
        try
        {
            // Kestrel would reset a client that takes too little; how slow one may be is for the outbox to say, which tells it.
            if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
            // Nobody may stay who neither reads nor answers.
            using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = Protocol, KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20),
            });
            using (connection = new StreamConnection(socket, http, hub))
            {
                hub.Add(connection);
                await connection.RunAsync(caller);
            }
        }
        finally
        {
            hub.Leave(connection);
        }
    }
}
