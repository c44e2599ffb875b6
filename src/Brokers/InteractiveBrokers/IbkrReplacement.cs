using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Changes an order in its place: it keeps its id, and its quantity counts what has filled. Sent twice, it changes nothing more.</summary>
internal sealed class IbkrReplacement(IbkrEntry entry, IbkrLookup lookup, IbkrOptions options)
{
    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, Instrument instrument, string? brokerOrderId, CancellationToken ct)
    {
        var (conid, unknown) = await lookup.ContractAsync(instrument, brokerOrderId, ct);
        if (conid is not { } contract) return unknown!;
        var (id, missing) = await lookup.IdAsync(terms.OrderId, brokerOrderId, ct);
        if (id is null) return missing!;
        var said = await entry.SendAsync($"iserver/account/{options.AccountId}/order/{Uri.EscapeDataString(id)}", IbkrBodies.Change(terms, contract, options.AccountId), ct);
        if (said.Kind != IbkrReplyKind.Declined) return said.Told();
        var (order, lost) = await lookup.AfterAsync(terms.OrderId, said.Text, ct);
        return order is null ? lost ?? new(ReplyKind.Refused, id, said.Text) : new(Has(order, terms) ? ReplyKind.Accepted : ReplyKind.Refused, order.BrokerOrderId, said.Text);
    }

    private static bool Has(BrokerOrder order, OrderTerms terms) =>
        order.Quantity == terms.Quantity
        && (terms.OrderType is not (OrderType.Limit or OrderType.StopLimit) || order.LimitPrice == terms.LimitPrice)
        && (terms.OrderType is not (OrderType.Stop or OrderType.StopLimit) || order.StopPrice == terms.StopPrice);
}
