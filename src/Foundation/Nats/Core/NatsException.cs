namespace NATS.Client.Core;

/// <summary>Anything that goes wrong between this client and the server.</summary>
public class NatsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No connection could be made: unreachable, refused, bad certificate, bad credentials, or retries used up.</summary>
public sealed class NatsConnectionFailedException(string message, Exception? inner = null) : NatsException(message, inner);

/// <summary>
/// The connection broke while a reply or an acknowledgement was awaited. Whether the server had taken the message is
/// not known: send it again with the same <c>Nats-Msg-Id</c>, and JetStream keeps one copy within its duplicate window.
/// </summary>
public sealed class NatsConnectionLostException(string message, Exception? inner = null) : NatsException(message, inner);

/// <summary>The server sent <c>-ERR</c>.</summary>
public sealed class NatsServerException(string error) : NatsException($"The NATS server reports: {error}")
{
    public string Error { get; } = error;

    public bool IsAuthError => Error.Contains("authorization", StringComparison.OrdinalIgnoreCase)
        || Error.Contains("authentication", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The peer sent something that is not the NATS protocol. The connection is dropped and made anew.</summary>
public sealed class NatsProtocolViolationException(string message) : NatsException(message);

/// <summary>No reply came in time.</summary>
public sealed class NatsNoReplyException(string message) : NatsException(message);

/// <summary>Nobody listens on the request's subject (status 503).</summary>
public sealed class NatsNoRespondersException(string message) : NatsException(message);

/// <summary>The message is larger than the server's <c>max_payload</c>; sending it would cost the connection.</summary>
public sealed class NatsPayloadTooLargeException(string message) : NatsException(message);

/// <summary>An incoming header block that cannot be read; see <see cref="NatsMsg.Error"/>.</summary>
public sealed class NatsHeaderParseException(string message) : NatsException(message);
