using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

/// <summary>Anything that goes wrong with JetStream.</summary>
public class NatsJSException(string message, Exception? inner = null) : NatsException(message, inner);

/// <summary>JetStream refused: see <see cref="Error"/> for code, err_code and description.</summary>
public class NatsJSApiException(ApiError error)
    : NatsJSException($"JetStream refused: {error.Description} (code {error.Code}, err_code {error.ErrCode}).")
{
    /// <summary>err_code of "stream not found".</summary>
    public const int StreamNotFound = 10059;

    /// <summary>err_code of "consumer not found".</summary>
    public const int ConsumerNotFound = 10014;

    /// <summary>err_codes of "wrong last sequence" (of the stream, of the subject) and "wrong last msg ID".</summary>
    public const int WrongLastSequence = 10071;

    public const int WrongLastMsgId = 10070;

    public ApiError Error { get; } = error;
}

/// <summary>The consumer, or its stream, is no more (an ephemeral one dies with its server or of inactivity): create it again.</summary>
public sealed class NatsJSConsumerNotFoundException(string stream, string consumer, ApiError error) : NatsJSApiException(error)
{
    public string Stream { get; } = stream;

    public string Consumer { get; } = consumer;
}

/// <summary>The stream had the message id already.</summary>
public sealed class NatsJSDuplicateMessageException(ulong sequence) : NatsJSException($"Duplicate of the message at sequence {sequence}.")
{
    public ulong Sequence { get; } = sequence;
}

/// <summary>The server refused a pull for good, for example because it asks for more than the consumer's MaxBatch.</summary>
public sealed class NatsJSProtocolException(int code, string text) : NatsJSException($"The pull was refused: {code} {text}.")
{
    public int HeaderCode { get; } = code;

    public string HeaderMessageText { get; } = text;
}
