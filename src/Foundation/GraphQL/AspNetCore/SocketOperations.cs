using System.Diagnostics;
using System.Text.Json;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HotChocolate.AspNetCore;

/// <summary>The operations of one connection. Each sends its results until its source ends, fails, or the client or the connection ends it.</summary>
internal sealed class SocketOperations(RequestExecutor executor, GraphQLServerOptions options, HttpContext http)
{
    public enum Started { Yes, Duplicate, TooMany }

    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _tasks = [];
    private readonly CancellationTokenSource _ended = new();

    public Started Start(string id, OperationRequest request, Func<ReadOnlyMemory<byte>, Task> send)
    {
        lock (_running)
        {
            if (_running.ContainsKey(id)) return Started.Duplicate;
            // Those that were stopped count until they have unwound.
            if (_tasks.Count >= options.Sockets.MaxOperations) return Started.TooMany;
            var operation = new Running(CancellationTokenSource.CreateLinkedTokenSource(_ended.Token));
            _running.Add(id, operation);
            // They are part of a message that is gone when the next one is read.
            var copy = request with { Variables = Copy(request.Variables), Extensions = Copy(request.Extensions) };
            var task = Task.Run(() => RunAsync(id, operation, copy, send));
            _tasks.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Started.Yes;
        }
    }

    /// <summary>The client does not want more of it; there may be none of that id any more.</summary>
    public void Stop(string id)
    {
        Running? operation;
        lock (_running) _running.Remove(id, out operation);
        operation?.Cancel();
    }

    public void Cancel() => _ = _ended.CancelAsync(); // what hangs on it is not ours, nor are its exceptions

    public async Task EndAsync(TimeSpan patience)
    {
        await _ended.CancelAsync();
        Task[] open;
        lock (_running) open = [.. _tasks];
        await Task.WhenAny(Task.WhenAll(open), Task.Delay(patience));
    }

    private async Task RunAsync(string id, Running operation, OperationRequest request, Func<ReadOnlyMemory<byte>, Task> send)
    {
        var (began, sent) = (Stopwatch.GetTimestamp(), new Tally());
        await using var scope = http.RequestServices.CreateAsyncScope();
        try
        {
            await using var answer = await executor.ExecuteAsync(request with { Services = scope.ServiceProvider }, operation.Cancellation);
            var last = answer is OperationResult only
                ? await NextAsync(id, operation, only, send, sent)
                : await StreamAsync(id, operation, (ResponseStream)answer, send, sent);
            // Free before the client hears of the end: it may use the id again at once.
            if (Remove(id, operation)) await send(last);
        }
        catch (OperationCanceledException) when (operation.Cancellation.IsCancellationRequested)
        {
            // By the client or with the connection: nobody waits for an end.
        }
        catch (Exception e)
        {
            http.RequestServices.GetService<ILoggerFactory>()?.CreateLogger("graphql").LogError(e, "An operation of a WebSocket failed");
            if (Remove(id, operation)) await send(SocketMessage.Error(id, OperationResult.Refused(new Error("Unexpected Execution Error"))));
        }
        finally
        {
            Remove(id, operation);
            operation.End();
            options.OnRequest?.Invoke(new RequestReport(
                "websocket", sent.Operation?.Operation, sent.Operation?.Name?.Value, Stopwatch.GetElapsedTime(began), sent.Responses, sent.Errors, sent.Bytes, StatusCodes.Status101SwitchingProtocols));
        }
    }

    /// <returns>The message that ends the operation.</returns>
    private async Task<ReadOnlyMemory<byte>> StreamAsync(string id, Running operation, ResponseStream stream, Func<ReadOnlyMemory<byte>, Task> send, Tally sent)
    {
        await foreach (var result in stream.ReadResultsAsync().WithCancellation(operation.Cancellation))
        {
            await using (result)
            {
                var end = await NextAsync(id, operation, result, send, sent);
                if (!result.HasData) return end;
            }
        }

        return SocketMessage.Complete(id);
    }

    /// <returns>The message that ends the operation if there is no more.</returns>
    private async Task<ReadOnlyMemory<byte>> NextAsync(string id, Running operation, OperationResult result, Func<ReadOnlyMemory<byte>, Task> send, Tally sent)
    {
        sent.Errors += result.Errors.Count;
        if (!result.HasData) return SocketMessage.Error(id, result);
        var message = SocketMessage.Next(id, result);
        (sent.Operation, sent.Responses, sent.Bytes) = (result.Operation, sent.Responses + 1, sent.Bytes + message.Length);
        operation.Cancellation.ThrowIfCancellationRequested();
        await send(message);
        return SocketMessage.Complete(id);
    }

    private bool Remove(string id, Running operation)
    {
        lock (_running) return _running.TryGetValue(id, out var current) && current == operation && _running.Remove(id);
    }

    private void Forget(Task task)
    {
        lock (_running) _tasks.Remove(task);
    }

    private static JsonElement Copy(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? json : json.Clone();

    private sealed class Running(CancellationTokenSource cancellation)
    {
        private bool _hasEnded;

        public CancellationToken Cancellation { get; } = cancellation.Token;

        public void Cancel()
        {
            lock (cancellation)
                if (!_hasEnded) _ = cancellation.CancelAsync();
        }

        public void End()
        {
            lock (cancellation)
            {
                _hasEnded = true;
                cancellation.Dispose();
            }
        }
    }

    private sealed class Tally
    {
        public Language.OperationDefinitionNode? Operation { get; set; }
        public int Responses { get; set; }
        public int Errors { get; set; }
        public long Bytes { get; set; }
    }
}
