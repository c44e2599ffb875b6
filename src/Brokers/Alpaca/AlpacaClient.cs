using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Alpaca's questions with their answers read.</summary>
internal sealed class AlpacaClient(BrokerHttp http, AlpacaOptions options)
{
    public const string Name = "alpaca";

    public async Task<(AlpacaAccount Account, Timestamp? ServerTime)> AccountAsync(CancellationToken ct)
    {
        const string path = "v2/account";
        var answer = await AskAsync(path, ct);
        return (Read(answer, path, AlpacaJson.Default.AlpacaAccount), answer.ServerTime is { } at ? Timestamp.From(at) : null);
    }

    /// <summary>Null if Alpaca has none.</summary>
    public Task<AlpacaOrder?> OrderAsync(string brokerOrderId, CancellationToken ct) => OneAsync(AlpacaRequests.Order(brokerOrderId), ct);

    /// <summary>Null if Alpaca has none.</summary>
    public Task<AlpacaOrder?> OrderByClientIdAsync(string clientId, CancellationToken ct) => OneAsync(AlpacaRequests.OrderByClientId(clientId), ct);

    public async Task<List<T>> ListAsync<T>(string path, JsonTypeInfo<List<T>> type, CancellationToken ct) => Read(await AskAsync(path, ct), path, type);

    private async Task<AlpacaOrder?> OneAsync(string path, CancellationToken ct)
    {
        var answer = await AskAsync(path, ct);
        if (answer.Status == 404) return null;
        var order = Read(answer, path, AlpacaJson.Default.AlpacaOrder);
        return string.IsNullOrEmpty(order.Id) ? throw new BrokerException(Name, $"GET {path}: the order has no id", "It is safe to ask again") : order;
    }

    private Task<BrokerAnswer> AskAsync(string path, CancellationToken ct) => http.AskAsync(() => AlpacaRequests.Get(path, options), $"GET {path}", ct);

    private T Read<T>(BrokerAnswer answer, string path, JsonTypeInfo<T> type)
    {
        if (answer.Status is 401 or 403) throw new BrokerException(Name, $"GET {path}: answered {answer.Status}: {http.Words(answer.Body)}", "Check the keys; those of paper and live accounts differ");
        if (!answer.IsSuccess) throw new BrokerException(Name, $"GET {path}: answered {answer.Status}: {http.Words(answer.Body)}", "Asking again will not mend it");
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("is null");
        }
        catch (JsonException e)
        {
            throw new BrokerException(Name, $"GET {path}: cannot be read at {e.Path ?? "$"}", "It is safe to ask again");
        }
    }
}
