using System.Net.WebSockets;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>What is wrong with a message from a client, or with the client.</summary>
/// <param name="code">Stable, upper case.</param>
/// <param name="field">The member that is wrong, if one is.</param>
/// <param name="value">What it was; shortened when it is told.</param>
/// <param name="rule">What it must be, and how to mend it.</param>
internal sealed class StreamFault(string code, string? field, string? value, string rule) : Exception(rule)
{
    public const int MaxValue = 100;

    public string Code { get; } = code;

    public string? Field { get; } = field;

    public string? Value { get; } = value?.Length > MaxValue ? value[..MaxValue] + "…" : value;

    public string Rule => Message;
}

/// <summary>Why the server ends a connection. What HTTP has a status for is 4000 and that status; the rest is of RFC 6455.</summary>
internal static class StreamClose
{
    public const WebSocketCloseStatus
        Normal = WebSocketCloseStatus.NormalClosure,
        GoingAway = WebSocketCloseStatus.EndpointUnavailable,
        NotText = WebSocketCloseStatus.InvalidMessageType,
        TooBig = WebSocketCloseStatus.MessageTooBig,
        Failed = WebSocketCloseStatus.InternalServerError,
        BadFrames = (WebSocketCloseStatus)4400,
        Unauthenticated = (WebSocketCloseStatus)4401,
        TooSlow = (WebSocketCloseStatus)4408,
        TooMany = (WebSocketCloseStatus)4429;

    public static WebSocketCloseStatus Of(RefusedException refused) => (WebSocketCloseStatus)(4_000 + refused.Status.Http);
}
