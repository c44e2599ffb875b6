using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

/// <summary>
/// JetStream over a connection (NATS documentation, "JetStream wire API"). Every method throws
/// <see cref="NatsJSApiException"/> when JetStream refuses, <see cref="NatsNoRespondersException"/> when it is not there,
/// <see cref="NatsNoReplyException"/> when it does not answer in time, and <see cref="NatsConnectionLostException"/>
/// when the connection breaks in between: the call may then have taken effect.
/// </summary>
public sealed partial class NatsJSContext : IDisposable
{
    private readonly SemaphoreSlim _publishing;

    public NatsJSContext(NatsConnection connection, NatsJSOpts? opts = null)
    {
        Connection = connection;
        Opts = opts ?? NatsJSOpts.Default;
        if (Opts.MaxPublishConcurrency <= 0)
            throw new ArgumentException($"NatsJSOpts.MaxPublishConcurrency is {Opts.MaxPublishConcurrency}; it must be greater than zero.");
        _publishing = new SemaphoreSlim(Opts.MaxPublishConcurrency);
    }

    public NatsConnection Connection { get; }

    public NatsJSOpts Opts { get; }

    private TimeSpan Patience => Opts.RequestTimeout ?? Connection.Opts.RequestTimeout;

    public void Dispose() => _publishing.Dispose();

    internal async ValueTask<TAnswer> AskAsync<TQuestion, TAnswer>(
        string call, TQuestion? question, JsonTypeInfo<TQuestion> asks, JsonTypeInfo<TAnswer> answers, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : ApiResponse
    {
        var body = question is null ? default : JsonSerializer.SerializeToUtf8Bytes(question, asks);
        using var reply = await Connection.RequestUncheckedAsync(
            $"{Opts.ApiPrefix}.{call}", new ReadOnlySequence<byte>(body ?? []), headers: null, Patience, cancellationToken);
        TAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize(reply.Data.Span, answers);
        }
        catch (JsonException e)
        {
            throw new NatsJSException($"The answer to {call} is not the JSON it should be: {e.Message}", e);
        }
        return answer switch
        {
            null => throw new NatsJSException($"The answer to {call} is empty."),
            { Error: { } error } => throw new NatsJSApiException(error),
            _ => answer,
        };
    }
}
