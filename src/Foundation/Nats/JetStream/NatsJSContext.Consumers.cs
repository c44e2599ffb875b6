using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

public sealed partial class NatsJSContext
{
    /// <summary>
    /// Creates a pull consumer, or updates what may be updated of one with this name. Without a name it gets a random
    /// one here, so that trying again after a lost connection does not make two.
    /// </summary>
    public async ValueTask<NatsJSConsumer> CreateOrUpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        var name = config.DurableName ?? config.Name ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        NatsSubject.CheckName(name, "ConsumerConfig.Name");
        var request = new ConsumerCreateRequest { StreamName = stream, Config = config with { Name = name } };
        var call = $"CONSUMER.CREATE.{stream}.{name}";
        if (config.FilterSubject is { } filter && filter != ">")
        {
            NatsSubject.CheckSubscribe(filter, "ConsumerConfig.FilterSubject");
            call += "." + filter; // the server wants it said twice (permissions are granted by subject)
        }
        return new NatsJSConsumer(this, Info(await AskAsync(call, request, Json.ConsumerCreateRequest, Json.ConsumerInfoResponse, cancellationToken)));
    }

    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer or stream.</exception>
    public async ValueTask<NatsJSConsumer> GetConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        NatsSubject.CheckName(consumer, nameof(consumer));
        try
        {
            return new NatsJSConsumer(this, Info(await AskAsync(
                $"CONSUMER.INFO.{stream}.{consumer}", null, Json.DoneResponse, Json.ConsumerInfoResponse, cancellationToken)));
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode is NatsJSApiException.ConsumerNotFound or NatsJSApiException.StreamNotFound)
        {
            throw new NatsJSConsumerNotFoundException(stream, consumer, e.Error);
        }
    }

    public async ValueTask<bool> DeleteConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        NatsSubject.CheckName(consumer, nameof(consumer));
        return (await AskAsync($"CONSUMER.DELETE.{stream}.{consumer}", null, Json.DoneResponse, Json.DoneResponse, cancellationToken)).Success;
    }

    private static ConsumerInfo Info(ConsumerInfoResponse answer) => new()
    {
        StreamName = answer.StreamName,
        Name = answer.Name,
        Created = answer.Created,
        Config = answer.Config,
        Delivered = answer.Delivered,
        AckFloor = answer.AckFloor,
        NumAckPending = answer.NumAckPending,
        NumRedelivered = answer.NumRedelivered,
        NumWaiting = answer.NumWaiting,
        NumPending = answer.NumPending,
    };
}
