using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HotChocolate.AspNetCore;

/// <summary>
/// One connection of <c>graphql-transport-ws</c>. Three parts run side by side: one reads messages, one sends what waits in a bounded queue, and each operation
/// adds to that queue, waiting while it is full.
/// </summary>
internal sealed class GraphQLSocket(WebSocket socket, HttpContext http, RequestExecutor executor, GraphQLServerOptions options)
{
    private const int LongestReason = 120; // a close frame has room for 123 bytes
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(0.5);
    private readonly GraphQLSocketOptions _bounds = options.Sockets;
    private readonly OutgoingQueue _outgoing = new(options.Sockets.MaxQueuedMessages, options.Sockets.MaxQueuedBytes);
    private readonly SocketOperations _operations = new(executor, options, http);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (int Code, string Reason)? _close;
    private Admission? _admission;
    private bool _initialised;

    /// <summary>Runs until either side ends it.</summary>
    public async Task RunAsync()
    {
        await using (new Timer(_ => EndIfSilent(), null, _bounds.InitTimeout, Timeout.InfiniteTimeSpan))
        {
            var both = Task.WhenAll(SendAllAsync(), ReadAllAsync());
            await _ending.Task;
            await Task.WhenAny(both, Task.Delay(_bounds.CloseTimeout));
            socket.Abort(); // of no effect where both sides have closed
            await both;
        }

        await _operations.EndAsync(_bounds.CloseTimeout);
    }

    /// <summary>Ends the connection with a code; the first one counts.</summary>
    public void Close(int code, string reason)
    {
        lock (_gate)
        {
            if (_close is not null) return;
            _close = (code, reason.Length <= LongestReason ? reason : reason[..LongestReason]);
        }

        _outgoing.Close();
        _operations.Cancel();
        _ending.TrySetResult();
    }

    private void EndIfSilent()
    {
        if (!Volatile.Read(ref _initialised)) Close(4408, "Connection initialisation timeout");
    }

    /// <summary>Goes on until the client closes, also after we have: a read that is cancelled would take the connection down before the code is sent.</summary>
    private async Task ReadAllAsync()
    {
        try
        {
            var message = new SocketMessage(_bounds.MaxMessageBytes);
            while (await message.ReadAsync(socket, CancellationToken.None) is var kind && kind != SocketMessage.Kind.Closed)
            {
                if (_ending.Task.IsCompleted) continue;
                if (kind == SocketMessage.Kind.TooLong) Close(1009, $"A message is longer than {_bounds.MaxMessageBytes} bytes");
                else if (kind == SocketMessage.Kind.Binary) Close(4400, "Invalid message received: it must be text");
                else await TakeAsync(message.Bytes);
            }

            Close(1000, "");
        }
        catch (WebSocketException e) when (e.WebSocketErrorCode is not WebSocketError.ConnectionClosedPrematurely)
        {
            // Frames that are none, or text that is not UTF-8: the library has sent a close, which a reset at once would overtake.
            Close(1006, "");
            await Task.Delay(Linger < _bounds.CloseTimeout ? Linger : _bounds.CloseTimeout);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            Close(1006, ""); // gone without a close
        }
        catch (Exception e)
        {
            http.RequestServices.GetService<ILoggerFactory>()?.CreateLogger("graphql").LogError(e, "A WebSocket is closed since its message could not be handled");
            Close(4500, "Internal server error");
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = RequestParameters.Parse(bytes, "it");
            await TakeAsync(json.RootElement);
        }
        catch (BadRequestException e)
        {
            Close(4400, $"Invalid message received: {e.Message}");
        }
    }

    private async Task TakeAsync(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new BadRequestException("it must be an object");
        switch (message.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null)
        {
            case "connection_init": await InitAsync(message); break;
            case "ping": await _outgoing.AddAsync(SocketMessage.Pong(Payload(message))); break;
            case "pong": Payload(message); break;
            case "subscribe": await SubscribeAsync(message); break;
            case "complete": _operations.Stop(Id(message)); break;
            default: throw new BadRequestException("\"type\" must be connection_init, ping, pong, subscribe or complete");
        }
    }

    private async Task InitAsync(JsonElement message)
    {
        var payload = Payload(message);
        if (_initialised)
        {
            Close(4429, "Too many initialisation requests");
            return;
        }

        Volatile.Write(ref _initialised, value: true);
        var admission = await options.Admit(http, payload);
        if (admission.RefusedWith != 0)
        {
            Close(4400 + (admission.RefusedWith % 100), admission.Reason ?? "Forbidden");
            return;
        }

        _admission = admission;
        if (admission.Objection is { } objection) _ = WatchAsync(objection);
        await _outgoing.AddAsync("""{"type":"connection_ack"}"""u8.ToArray());
    }

    private async Task WatchAsync(Func<ValueTask<string?>> objection)
    {
        while (await Task.WhenAny(_ending.Task, Task.Delay(_bounds.RecheckEvery)) != _ending.Task)
        {
            try
            {
                if (await objection() is { } why) Close(4401, why);
            }
            catch (Exception e)
            {
                // Nobody is let in meanwhile either.
                http.RequestServices.GetService<ILoggerFactory>()?.CreateLogger("graphql").LogWarning("Whether a caller may stay is not known for the moment: {Reason}", e.Message);
            }
        }
    }

    private async Task SubscribeAsync(JsonElement message)
    {
        if (_admission is null)
        {
            Close(4401, "Unauthorized");
            return;
        }

        var id = Id(message);
        if (!message.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object) throw new BadRequestException("\"payload\" must be an object");
        var request = RequestParameters.Of(payload) with { ContextData = _admission.ContextData };
        switch (_operations.Start(id, request, _outgoing.AddAsync))
        {
            case SocketOperations.Started.Duplicate: Close(4409, $"Subscriber for {id} already exists"); break;
            case SocketOperations.Started.TooMany:
                await _outgoing.AddAsync(SocketMessage.Error(id, OperationResult.Refused(new Error($"There are {_bounds.MaxOperations} operations on this connection already."))));
                break;
        }
    }

    private static string Id(JsonElement message) =>
        message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= 256 } text ? text
            : throw new BadRequestException("\"id\" must be a string of 1 to 256 characters");

    private static JsonElement Payload(JsonElement message) =>
        !message.TryGetProperty("payload", out var payload) || payload.ValueKind == JsonValueKind.Null ? default
            : payload.ValueKind == JsonValueKind.Object ? payload : throw new BadRequestException("\"payload\" must be an object");

    private async Task SendAllAsync()
    {
        try
        {
            while (await _outgoing.TakeAsync() is { } message)
            {
                using var limit = new CancellationTokenSource(_bounds.SendTimeout);
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            }

            await SayGoodbyeAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            Close(1006, "");
            socket.Abort();
        }
    }

    private async Task SayGoodbyeAsync()
    {
        using var limit = new CancellationTokenSource(_bounds.CloseTimeout);
        var (code, reason) = _close ?? (1000, "");
        if (code != 1006 && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, Encoding.UTF8.GetByteCount(reason) <= LongestReason ? reason : "", limit.Token);
    }
}
