using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>One call as its handler sees it.</summary>
public sealed class ServerCallContext : IDisposable
{
    /// <summary>The longest wait that a timer can hold; a deadline beyond it is none.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource ending;
    private readonly CancellationToken aborted;

    /// <exception cref="RpcException">INTERNAL: grpc-timeout is malformed.</exception>
    internal ServerCallContext(HttpContext http)
    {
        HttpContext = http;
        aborted = http.RequestAborted;
        ending = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        if (http.Request.Headers["grpc-timeout"].ToString() is not { Length: > 0 } text) return;
        if (ParseTimeout(text) is not { } timeout)
            throw new RpcException(new Status(StatusCode.Internal, $"grpc-timeout '{text}' must be one to eight digits and one of H, M, S, m, u, n"));
        if (timeout > Longest) return;
        HasDeadline = true;
        ending.CancelAfter(timeout);
    }

    public HttpContext HttpContext { get; }

    /// <summary>Cancelled when the caller goes away or the deadline passes; the handler should end then.</summary>
    public CancellationToken CancellationToken => ending.Token;

    public bool HasDeadline { get; }

    /// <summary>Why the call was cancelled.</summary>
    internal Status Cancellation => aborted.IsCancellationRequested
        ? new Status(StatusCode.Cancelled, "the caller went away") : new Status(StatusCode.DeadlineExceeded, "the deadline has passed");

    public void Dispose() => ending.Dispose();

    /// <summary>TimeoutValue TimeoutUnit of PROTOCOL-HTTP2.md: at most eight digits, then hours to nanoseconds. Null if malformed.</summary>
    internal static TimeSpan? ParseTimeout(string text)
    {
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(value),
            'M' => TimeSpan.FromMinutes(value),
            'S' => TimeSpan.FromSeconds(value),
            'm' => TimeSpan.FromMilliseconds(value),
            'u' => TimeSpan.FromMicroseconds(value),
            'n' => TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }
}
