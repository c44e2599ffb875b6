using System.Collections.Concurrent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// An order and its replacements, which are one order to us: what its earlier ones have filled counts, and what is true of the last one is true
/// of it. Orders that were replaced do not change any more, so the last few thousand are remembered.
/// </summary>
internal sealed class AlpacaChain(AlpacaClient client, AlpacaSymbols symbols)
{
    private const int MaxKept = 4_096;

    private readonly ConcurrentDictionary<string, AlpacaOrder> replaced = [];

    /// <summary>The order that works, or that was the last to.</summary>
    public async Task<AlpacaOrder> LatestAsync(AlpacaOrder order, CancellationToken ct)
    {
        for (var hops = 0; order.WasReplaced; hops++)
        {
            Remember(order);
            Bound(order, hops);
            order = await ByIdAsync(order.ReplacedBy!, ct);
        }

        return order;
    }

    /// <summary>What the orders before this one have filled, and for how much money.</summary>
    public async Task<(decimal Filled, decimal Value)> EarlierAsync(AlpacaOrder order, CancellationToken ct)
    {
        var (filled, value) = (0m, 0m);
        for (var hops = 0; !string.IsNullOrEmpty(order.Replaces); hops++)
        {
            Bound(order, hops);
            order = replaced.TryGetValue(order.Replaces, out var kept) ? kept : await ByIdAsync(order.Replaces, ct);
            Remember(order);
            filled += order.Filled;
            value += order.Filled * (order.FilledAvgPrice ?? 0m);
        }

        return (filled, value);
    }

    /// <summary>The whole order, as if it had never been more than one.</summary>
    public async Task<BrokerOrder> WholeAsync(AlpacaOrder order, CancellationToken ct)
    {
        var (filled, value) = await EarlierAsync(order, ct);
        value += order.Filled * (order.FilledAvgPrice ?? 0m);
        filled += order.Filled;
        // An order for an amount of money has no quantity; what has filled is all that is known of it.
        var quantity = order.Qty is { } own ? filled - order.Filled + own : filled;
        return new(
            AlpacaClientId.Read(order.ClientOrderId).OrderId, order.Id ?? "", symbols.Id(order.Symbol), AlpacaWords.ReadSide(order.Side), quantity, filled, filled == 0m ? 0m : value / filled,
            AlpacaWords.ReadType(order.Type ?? order.OrderType), order.LimitPrice, order.StopPrice, AlpacaWords.State(order.Status, filled, quantity), order.Status ?? "",
            order.UpdatedAt ?? order.SubmittedAt ?? order.CreatedAt ?? default);
    }

    private async Task<AlpacaOrder> ByIdAsync(string id, CancellationToken ct) =>
        await client.OrderAsync(id, ct) ?? throw new BrokerException(AlpacaClient.Name, $"order {id}, which another names, is not there", "It is safe to ask again");

    private static void Bound(AlpacaOrder order, int hops)
    {
        if (hops > AlpacaClientId.MaxRevision) throw new BrokerException(AlpacaClient.Name, $"order {order.Id} is one of more than {AlpacaClientId.MaxRevision} replacements", "Cancel it and send it anew");
    }

    private void Remember(AlpacaOrder order)
    {
        if (!order.WasReplaced) return;
        if (replaced.Count >= MaxKept) replaced.Clear();
        replaced.TryAdd(order.Id!, order);
    }
}
