using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace NATS.Client.JetStream;

public sealed partial class NatsJSContext
{
    /// <summary>What the account may use of JetStream, and uses.</summary>
    public async ValueTask<AccountInfo> GetAccountInfoAsync(CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync("INFO", null, Json.DoneResponse, Json.AccountInfoResponse, cancellationToken);
        return new AccountInfo { Memory = answer.Memory, Storage = answer.Storage, Streams = answer.Streams, Consumers = answer.Consumers, Limits = answer.Limits };
    }

    /// <summary>The stream, with the number of messages of each of its subjects that the request's filter lets through.</summary>
    public async ValueTask<NatsJSStream> GetStreamAsync(string stream, StreamInfoRequest request, CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        return new NatsJSStream(this, Info(await AskAsync($"STREAM.INFO.{stream}", request, Json.StreamInfoRequest, Json.StreamInfoResponse, cancellationToken)));
    }

    /// <summary>All consumers of a stream; the server gives them in pages.</summary>
    public async IAsyncEnumerable<ConsumerInfo> ListConsumersAsync(string stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        NatsSubject.CheckName(stream, nameof(stream));
        for (var offset = 0; ;)
        {
            var page = await AskAsync($"CONSUMER.LIST.{stream}", new ListRequest { Offset = offset }, Json.ListRequest, Json.ConsumerListResponse, cancellationToken);
            foreach (var consumer in page.Consumers) yield return consumer;
            offset += page.Consumers.Count;
            if (page.Consumers.Count == 0 || offset >= page.Total) yield break;
        }
    }
}
