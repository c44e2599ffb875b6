using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

public sealed partial class NatsJSContext
{
    private static JetStreamJson Json => JetStreamJson.Default;

    /// <summary>Creates a stream; the same configuration again is no error.</summary>
    public ValueTask<NatsJSStream> CreateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default) =>
        ConfigureAsync("STREAM.CREATE", config, cancellationToken);

    public ValueTask<NatsJSStream> UpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default) =>
        ConfigureAsync("STREAM.UPDATE", config, cancellationToken);

    public async ValueTask<NatsJSStream> CreateOrUpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default)
    {
        try
        {
            return await UpdateStreamAsync(config, cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode == NatsJSApiException.StreamNotFound)
        {
            return await CreateStreamAsync(config, cancellationToken);
        }
    }

    /// <summary>The stream with its configuration and state as of now.</summary>
    public async ValueTask<NatsJSStream> GetStreamAsync(string stream, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        return new NatsJSStream(this, Info(await AskAsync($"STREAM.INFO.{stream}", null, Json.DoneResponse, Json.StreamInfoResponse, cancellationToken)));
    }

    public async ValueTask<bool> DeleteStreamAsync(string stream, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        return (await AskAsync($"STREAM.DELETE.{stream}", null, Json.DoneResponse, Json.DoneResponse, cancellationToken)).Success;
    }

    /// <summary>Removes messages; gives how many.</summary>
    public async ValueTask<long> PurgeStreamAsync(string stream, StreamPurgeRequest? request = null, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        return (await AskAsync($"STREAM.PURGE.{stream}", request ?? new(), Json.StreamPurgeRequest, Json.DoneResponse, cancellationToken)).Purged;
    }

    /// <summary>One stored message (STREAM.MSG.GET).</summary>
    /// <exception cref="NatsJSApiException">err_code 10037: there is none such.</exception>
    public async ValueTask<StoredMessage> GetMessageAsync(string stream, StreamMsgGetRequest request, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        var answer = await AskAsync($"STREAM.MSG.GET.{stream}", request, Json.StreamMsgGetRequest, Json.StreamMsgGetResponse, cancellationToken);
        return answer.Message ?? throw new NatsJSException($"The answer to STREAM.MSG.GET.{stream} holds no message.");
    }

    private static StreamInfo Info(StreamInfoResponse answer) => new() { Config = answer.Config, State = answer.State, Created = answer.Created };

    private async ValueTask<NatsJSStream> ConfigureAsync(string call, StreamConfig config, CancellationToken cancellationToken)
    {
        NatsSubject.CheckName(config.Name, "StreamConfig.Name");
        foreach (var subject in config.Subjects ?? [])
            NatsSubject.CheckSubscribe(subject, "StreamConfig.Subjects");
        return new NatsJSStream(this, Info(await AskAsync($"{call}.{config.Name}", config, Json.StreamConfig, Json.StreamInfoResponse, cancellationToken)));
    }
}

/// <summary>A stream, with what was known of it when it was asked for.</summary>
public sealed class NatsJSStream
{
    private readonly NatsJSContext _context;

    internal NatsJSStream(NatsJSContext context, StreamInfo info)
    {
        _context = context;
        Info = info;
    }

    public StreamInfo Info { get; private set; }

    public async ValueTask RefreshAsync(CancellationToken cancellationToken = default) =>
        Info = (await _context.GetStreamAsync(Info.Config.Name!, cancellationToken)).Info;

    public ValueTask<StoredMessage> GetAsync(StreamMsgGetRequest request, CancellationToken cancellationToken = default) =>
        _context.GetMessageAsync(Info.Config.Name!, request, cancellationToken);

    public ValueTask<long> PurgeAsync(StreamPurgeRequest? request = null, CancellationToken cancellationToken = default) =>
        _context.PurgeStreamAsync(Info.Config.Name!, request, cancellationToken);

    public ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default) =>
        _context.DeleteStreamAsync(Info.Config.Name!, cancellationToken);

    public ValueTask<NatsJSConsumer> CreateOrUpdateConsumerAsync(ConsumerConfig config, CancellationToken cancellationToken = default) =>
        _context.CreateOrUpdateConsumerAsync(Info.Config.Name!, config, cancellationToken);
}
