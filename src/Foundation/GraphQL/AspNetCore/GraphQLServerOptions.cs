using System.Text.Json;
using HotChocolate.Language;
using Microsoft.AspNetCore.Http;

namespace HotChocolate.AspNetCore;

/// <summary>How requests come in.</summary>
public sealed record GraphQLServerOptions
{
    /// <summary>Of the body of a POST. It also may have 10,000 JSON tokens at most.</summary>
    public int MaxRequestBytes { get; init; } = 256 * 1024;

    /// <summary>Says who the caller is, or refuses. The second argument is the payload of <c>connection_init</c>; undefined for HTTP requests.</summary>
    public Func<HttpContext, JsonElement, ValueTask<Admission>> Admit { get; init; } = (_, _) => new(Admission.Anyone);

    /// <summary>Hears of each request once it is answered, for logs and metrics. Must not throw.</summary>
    public Action<RequestReport>? OnRequest { get; init; }

    /// <summary>Of pages of other sites that may open a WebSocket, such as <c>https://ops.example.com</c>. Pages of the server's own host may, and callers that are no browser.</summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; init; } = [];

    public GraphQLSocketOptions Sockets { get; init; } = new();
}

/// <summary>Bounds of WebSockets.</summary>
public sealed record GraphQLSocketOptions
{
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Of a message of the client, in all its frames.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>That run at once on one connection.</summary>
    public int MaxOperations { get; init; } = 100;

    /// <summary>Until <c>connection_init</c> has to be there.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages that wait to be sent. While they do, nobody asks the sources of subscriptions for more.</summary>
    public int MaxQueuedMessages { get; init; } = 16;

    /// <summary>Of the messages that wait; one alone may be longer.</summary>
    public long MaxQueuedBytes { get; init; } = 1 << 20;

    /// <summary>For one message; a client that takes none for so long is dropped.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between pings of the WebSocket protocol; a client that leaves one without an answer for as long is dropped.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it is asked whether who was let in may stay, see <see cref="Admission.Objection"/>.</summary>
    public TimeSpan RecheckEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the client's answer to a close, and for operations to end.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Who a caller is, or why it may not call.</summary>
/// <param name="ContextData">For resolvers.</param>
/// <param name="RefusedWith">An HTTP status, 401 or 403 as a rule; a WebSocket is closed with 4400 more than its last two digits; 0 lets the caller in.</param>
public sealed record Admission(IReadOnlyDictionary<string, object?> ContextData, int RefusedWith = 0, string? Reason = null)
{
    private static readonly IReadOnlyDictionary<string, object?> Nothing = new Dictionary<string, object?>(StringComparer.Ordinal);

    public static Admission Anyone { get; } = new(Nothing);

    /// <summary>Why a caller who was let in may not stay any longer, such as a key that was revoked; null while he may. Asked of WebSockets from time to time.</summary>
    public Func<ValueTask<string?>>? Objection { get; init; }

    public static Admission Refused(int status, string reason) => new(Nothing, status, reason);
}

/// <param name="Transport"><c>http</c> or <c>websocket</c>.</param>
/// <param name="Type">Null where the document did not come so far; so is the name.</param>
/// <param name="Responses">One, or the messages of a subscription.</param>
/// <param name="Status">Of HTTP; 101 for a WebSocket.</param>
public sealed record RequestReport(string Transport, OperationType? Type, string? OperationName, TimeSpan Duration, int Responses, int Errors, long Bytes, int Status);
