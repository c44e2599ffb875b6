using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Looks up what an order's call needs to know before or after it. What cannot be looked up makes a reply, not an exception.</summary>
internal sealed class IbkrLookup(IbkrLiveOrders live, IbkrTrades trades, IbkrContracts contracts, IbkrIds ids, IbkrOptions options)
{
    /// <summary>The order with this client order id: of the list, or what its trades of the last seven days tell.</summary>
    /// <exception cref="BrokerException">The broker did not answer.</exception>
    public async Task<BrokerOrder?> FindAsync(string orderId, CancellationToken ct)
    {
        if (await live.FindAsync(orderId, ct) is { } order) return order;
        var fills = (await trades.SinceAsync(default, ct)).Where(e => e.OrderId == orderId).ToList();
        if (fills.Count == 0) return null;
        // It has traded and is not listed any more: how much it was for, and how it ended, nobody tells.
        var (last, filled) = (fills[^1], fills.Sum(e => e.Quantity));
        return new(orderId, last.BrokerOrderId, last.Instrument, last.Side, filled, filled, fills.Sum(e => e.Quantity * e.Price) / filled, OrderType.Market, null, null, OrderState.InDoubt, "not listed any more", last.At);
    }

    /// <summary>The order behind a reply that leaves open whether the broker has it; a lost answer is the reply to give.</summary>
    public async Task<(BrokerOrder? Order, BrokerReply? Lost)> AfterAsync(string orderId, string text, CancellationToken ct)
    {
        try
        {
            return (await FindAsync(orderId, ct), null);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, new(ReplyKind.Unknown, null, $"{text}; whether the broker has it could not be looked up: {Why(e)}"));
        }
    }

    /// <summary>The broker's id of an order.</summary>
    public async Task<(string? Id, BrokerReply? Missing)> IdAsync(string orderId, string? brokerOrderId, CancellationToken ct)
    {
        if ((brokerOrderId ?? ids.Broker(orderId)) is { } known) return (known, null);
        if (options.DryRun) return ($"ID-OF-{orderId}", null);
        try
        {
            return await live.FindAsync(orderId, ct) is { } order ? (order.BrokerOrderId, null) : (null, new(ReplyKind.Refused, null, $"the broker has no order '{orderId}'"));
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, new(ReplyKind.Refused, null, $"not asked, since the order could not be looked up: {Why(e)}"));
        }
    }

    public async Task<(long? Conid, BrokerReply? Missing)> ContractAsync(Instrument instrument, string? brokerOrderId, CancellationToken ct)
    {
        try
        {
            var (conid, why) = await contracts.FindAsync(instrument, ct);
            return conid is null ? (null, new(ReplyKind.Refused, brokerOrderId, why)) : (conid, null);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return (null, new(ReplyKind.Refused, brokerOrderId, $"not asked, since the contract could not be looked up: {Why(e)}"));
        }
    }

    private static string Why(Exception e) => e is BrokerException ? e.Message : "given up by the caller";
}
