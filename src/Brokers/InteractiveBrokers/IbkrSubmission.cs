using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Sends an order, and looks it up where the answer leaves open whether the broker has it.</summary>
internal sealed class IbkrSubmission(IbkrClient client, IbkrEntry entry, IbkrLookup lookup, IbkrIds ids, IbkrOptions options)
{
    public async Task<BrokerReply> SubmitAsync(OrderTerms terms, Instrument instrument, CancellationToken ct)
    {
        var (conid, missing) = await lookup.ContractAsync(instrument, null, ct);
        if (conid is not { } contract) return missing!;
        var body = IbkrBodies.Submission(terms, contract, options.AccountId);
        var said = await entry.SendAsync($"iserver/account/{options.AccountId}/orders", body, ct);
        switch (said.Kind)
        {
            case IbkrReplyKind.NotSent:
                return new(ReplyKind.NotSent, null, await IbkrPreview.TellAsync(client, options, contract, body, ct), said.Request);
            case IbkrReplyKind.Declined:
                return await SettleAsync(terms, instrument, said.Text, ReplyKind.Refused, ct);
            // The words are "Local order ID=fund-1 is already registered."
            case IbkrReplyKind.Refused when said.Text.Contains("already registered", StringComparison.OrdinalIgnoreCase):
                return await SettleAsync(terms, instrument, said.Text, ReplyKind.Unknown, ct);
            default:
                if (said.Kind == IbkrReplyKind.Taken) ids.Learn(terms.OrderId, said.Id);
                return said.Told();
        }
    }

    /// <summary>Whether the broker has the order after all. The same id with other terms is another order.</summary>
    /// <param name="absent">What it means that it has none.</param>
    private async Task<BrokerReply> SettleAsync(OrderTerms terms, Instrument instrument, string text, ReplyKind absent, CancellationToken ct)
    {
        var (order, lost) = await lookup.AfterAsync(terms.OrderId, text, ct);
        if (order is null) return lost ?? new(absent, null, text);
        // Of one that is not listed any more nobody knows what it was for.
        if (order.State == OrderState.InDoubt) return new(ReplyKind.Unknown, order.BrokerOrderId, $"the broker has it, {order.Status}: {text}");
        return order.Side == terms.Side && order.Quantity == terms.Quantity && order.Instrument == instrument.Id
            ? new(order.State == OrderState.Rejected ? ReplyKind.Refused : ReplyKind.Accepted, order.BrokerOrderId, $"the broker has it, {order.Status}: {text}")
            : new(ReplyKind.Refused, null, $"orderId '{terms.OrderId}' is taken by another order, {order.Side} {order.Quantity} {order.Instrument}: {text}");
    }
}
