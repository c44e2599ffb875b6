using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Looks an order up before something is asked of it. If that fails, nothing was asked.</summary>
internal sealed class AlpacaLookup(AlpacaClient client, AlpacaChain chain)
{
    /// <summary>Stands for an id of the broker's where a dry run has none.</summary>
    public static string Placeholder(OrderTerms terms) => $"ID-OF-{terms.OrderId}";

    /// <summary>The order that works for ours now, or why there is none.</summary>
    /// <param name="brokerOrderId">May be of one that was replaced; null looks by our own id.</param>
    public async Task<(AlpacaOrder? Order, BrokerReply? Missing)> LatestAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        var (order, missing) = brokerOrderId is null
            ? await LookAsync(() => client.OrderByClientIdAsync(terms.OrderId, ct), terms.OrderId) : await LookAsync(() => client.OrderAsync(brokerOrderId, ct), brokerOrderId);
        return order is null ? (null, missing) : await LookAsync(async () => await chain.LatestAsync(order, ct), order.Id!);
    }

    public static async Task<(AlpacaOrder? Order, BrokerReply? Missing)> LookAsync(Func<Task<AlpacaOrder?>> look, string what)
    {
        try
        {
            var order = await look();
            return (order, order is null ? new(ReplyKind.Refused, null, $"the broker has no order '{what}'") : null);
        }
        catch (BrokerException e)
        {
            return (null, NotAsked(e));
        }
        catch (OperationCanceledException)
        {
            return (null, new(ReplyKind.Refused, null, "not asked: given up by the caller"));
        }
    }

    public static BrokerReply NotAsked(Exception e) => new(ReplyKind.Refused, null, $"not asked, since the order could not be looked up: {e.Message}");
}
