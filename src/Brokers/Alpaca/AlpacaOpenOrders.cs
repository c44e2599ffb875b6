using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Every order that can still be filled, page by page.</summary>
internal static class AlpacaOpenOrders
{
    private const int MaxPages = 200;

    /// <exception cref="BrokerException">No answer, or more than can be listed.</exception>
    public static async Task<IReadOnlyList<BrokerOrder>> ListAsync(AlpacaClient client, AlpacaChain chain, CancellationToken ct)
    {
        var orders = new Dictionary<string, AlpacaOrder>();
        Timestamp? after = null;
        for (var (pages, more) = (0, true); more; pages++)
        {
            var found = await client.ListAsync(AlpacaRequests.Orders("open", "asc", after), AlpacaJson.Default.ListAlpacaOrder, ct);
            var fresh = found.Count(order => order.Id is { } id && orders.TryAdd(id, order));
            more = found.Count == AlpacaRequests.OrdersPage;
            // Behind the last one would leave out those of its very moment, so the page goes back a little and what is known is passed over.
            after = found.Count > 0 && found[^1].SubmittedAt is { } last ? last - TimeSpan.FromMilliseconds(1) : null;
            if (more && (fresh == 0 || after is null || pages == MaxPages)) throw new BrokerException(AlpacaClient.Name, $"the list of open orders does not end after {orders.Count}", "Cancel orders that are not needed");
        }

        var whole = new List<BrokerOrder>(orders.Count);
        foreach (var order in orders.Values)
        {
            // While a replacement is on its way both are open; the one that is to be replaced is the one that works.
            if (string.IsNullOrEmpty(order.Replaces) || !orders.ContainsKey(order.Replaces)) whole.Add(await chain.WholeAsync(order, ct));
        }

        return whole;
    }
}
