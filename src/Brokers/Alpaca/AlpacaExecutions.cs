using System.Collections.Concurrent;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Executions from the account's activities of type <c>FILL</c>.</summary>
internal sealed class AlpacaExecutions(AlpacaClient client, AlpacaSymbols symbols)
{
    private const int MaxPages = 1_000, MaxKept = 65_536, WorthAList = 5;

    /// <summary>Activities name the broker's id of an order alone. Which client order id belongs to it does not change.</summary>
    private readonly ConcurrentDictionary<string, string> clientIds = [];

    /// <summary>
    /// The same in <c>trade_updates</c> and in activities, whose own ids have nothing in common: <c>execution_id</c> is one UUID, the activity's
    /// id is a time and another one. But both tell the order and how much of it was filled with this execution, a sum that only grows.
    /// </summary>
    /// <param name="cumulative">Of this very order, not of those that it replaces.</param>
    public static string Id(string brokerOrderId, decimal cumulative) => $"{brokerOrderId}:{DecimalText.Format(cumulative)}";

    /// <summary>Keeps what an answer or a report has told along, so that nobody asks for it.</summary>
    public void Learn(string? brokerOrderId, string? clientId)
    {
        if (string.IsNullOrEmpty(brokerOrderId) || string.IsNullOrEmpty(clientId)) return;
        if (clientIds.Count >= MaxKept) clientIds.Clear();
        clientIds.TryAdd(brokerOrderId, clientId);
    }

    /// <exception cref="BrokerException">No answer, or more than 100,000 executions.</exception>
    public async Task<IReadOnlyList<BrokerExecution>> SinceAsync(Timestamp since, CancellationToken ct)
    {
        var fills = new List<AlpacaActivity>();
        // Exclusive there, inclusive here; and Alpaca cuts some of its times to milliseconds.
        var after = Timestamp.Max(since, Timestamp.MinValue + TimeSpan.FromMilliseconds(1)) - TimeSpan.FromMilliseconds(1);
        string? page = null;
        for (var pages = 0; ; pages++)
        {
            if (pages == MaxPages) throw new BrokerException(AlpacaClient.Name, $"there are more than {MaxPages * AlpacaRequests.ActivitiesPage} executions since {since}", "Ask for those since a later time");
            var found = await client.ListAsync(AlpacaRequests.Fills(after, page), AlpacaJson.Default.ListAlpacaActivity, ct);
            fills.AddRange(found.Where(f => f.ActivityType is null or "FILL"));
            if (found.Count < AlpacaRequests.ActivitiesPage || found[^1].Id == page) break;
            page = found[^1].Id;
        }

        var names = await NamesAsync([.. fills.Select(f => f.OrderId ?? "").Where(id => id.Length > 0).Distinct()], ct);
        var executions = new List<BrokerExecution>(fills.Count);
        // Within a millisecond Alpaca lists parts of an order in any sequence (its issue 170); their sums tell it.
        foreach (var fill in fills.OrderBy(f => f.TransactionTime).ThenBy(f => f.CumQty))
        {
            var execution = Read(fill, names);
            if (execution.At >= since) executions.Add(execution);
        }

        return executions;
    }

    private BrokerExecution Read(AlpacaActivity fill, Dictionary<string, string> names)
    {
        if (fill is not { OrderId.Length: > 0, Qty: > 0m, Price: { } price, TransactionTime: { } at })
            throw new BrokerException(AlpacaClient.Name, $"activity '{fill.Id}' lacks its order_id, qty, price or transaction_time", "Look it up at the broker");
        var id = fill.CumQty is { } cumulative ? Id(fill.OrderId, cumulative) : fill.Id ?? throw new BrokerException(AlpacaClient.Name, $"an activity of order {fill.OrderId} lacks its cum_qty and id", "Look it up at the broker");
        return new(id, AlpacaClientId.Read(names.GetValueOrDefault(fill.OrderId)).OrderId, fill.OrderId, symbols.Id(fill.Symbol), AlpacaWords.ReadSide(fill.Side), fill.Qty.Value, price, 0m, at);
    }

    /// <summary>
    /// Client order ids by the broker's: those that are known, then one call for the newest 500 orders where that is cheaper, then one for each
    /// that is still missing.
    /// </summary>
    private async Task<Dictionary<string, string>> NamesAsync(string[] ids, CancellationToken ct)
    {
        var names = new Dictionary<string, string>(ids.Length);
        foreach (var id in ids)
        {
            if (clientIds.TryGetValue(id, out var known)) names[id] = known;
        }

        if (ids.Length - names.Count > WorthAList)
        {
            foreach (var order in await client.ListAsync(AlpacaRequests.Orders("all", "desc"), AlpacaJson.Default.ListAlpacaOrder, ct)) Keep(order.Id, order.ClientOrderId);
        }

        foreach (var id in ids)
        {
            if (!names.ContainsKey(id)) Keep(id, (await client.OrderAsync(id, ct))?.ClientOrderId);
        }

        return names;

        void Keep(string? id, string? clientId)
        {
            Learn(id, clientId);
            if (id is not null && clientId is not null) names[id] = clientId;
        }
    }
}
