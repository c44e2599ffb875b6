using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// Asks to replace an order. At Alpaca that makes another one, which begins with nothing filled; here the two are one, with the client order id
/// of the first (<see cref="AlpacaClientId"/>).
/// </summary>
/// <remarks>
/// What fills between our look at the order and its replacement comes on top of what the replacement is for. Then the report of the replacement
/// tells a larger quantity than was asked for, and it is for the reader to ask for less.
/// </remarks>
internal sealed class AlpacaReplacement(AlpacaOptions options, BrokerHttp http, AlpacaClient client, AlpacaChain chain, AlpacaLookup lookup, AlpacaExecutions executions)
{
    public async Task<BrokerReply> ReplaceAsync(OrderTerms terms, string? brokerOrderId, CancellationToken ct)
    {
        if (options.DryRun) return (await ReplaceAsync(terms, terms.Quantity, 1, brokerOrderId ?? AlpacaLookup.Placeholder(terms), ct)).Reply;
        var (latest, missing) = await lookup.LatestAsync(terms, brokerOrderId, ct);
        if (latest is null) return missing!;
        var (_, revision) = AlpacaClientId.Read(latest.ClientOrderId);
        decimal filled;
        try
        {
            filled = (await chain.EarlierAsync(latest, ct)).Filled + latest.Filled;
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            return AlpacaLookup.NotAsked(e);
        }

        // The answer to an earlier attempt may have been lost.
        if (revision > 0 && IsSame(latest, terms, filled)) return new(ReplyKind.Accepted, latest.Id, "replaced already");
        if (terms.Quantity <= filled) return new(ReplyKind.Refused, latest.Id, $"quantity {terms.Quantity} must be above the {filled} that have filled");
        while (++revision <= AlpacaClientId.MaxRevision)
        {
            var (reply, duplicate) = await ReplaceAsync(terms, terms.Quantity - filled, revision, latest.Id!, ct);
            if (!duplicate) return reply;
            // A replacement that the venue refused keeps its id for ever, and the next one needs another.
            var (taken, lost) = await AlpacaLookup.LookAsync(() => client.OrderByClientIdAsync(AlpacaClientId.Of(terms.OrderId, revision), ct), terms.OrderId);
            if (taken is null) return lost!;
            if (!AlpacaWords.State(taken.Status, taken.Filled, taken.Qty).IsTerminal()) return new(ReplyKind.Refused, latest.Id, $"another replacement, {taken.Id}, is on its way");
        }

        return new(ReplyKind.Refused, latest.Id, $"order was replaced {AlpacaClientId.MaxRevision} times, which is the most; cancel it and send it anew");
    }

    private static bool IsSame(AlpacaOrder order, OrderTerms terms, decimal filled) =>
        order.Qty == terms.Quantity - filled + order.Filled
        && (terms.OrderType is not (OrderType.Limit or OrderType.StopLimit) || order.LimitPrice == terms.LimitPrice)
        && (terms.OrderType is not (OrderType.Stop or OrderType.StopLimit) || order.StopPrice == terms.StopPrice);

    private async Task<(BrokerReply Reply, bool Duplicate)> ReplaceAsync(OrderTerms terms, decimal leaves, int revision, string brokerOrderId, CancellationToken ct)
    {
        using var request = AlpacaRequests.Replace(terms, leaves, revision, brokerOrderId, options);
        var outcome = await http.OrderAsync(request, ct);
        var reply = AlpacaReplies.Of(outcome, null, http.Words);
        if (reply.Kind == ReplyKind.Accepted) executions.Learn(reply.BrokerOrderId, AlpacaClientId.Of(terms.OrderId, revision));
        return (reply, AlpacaReplies.IsDuplicate(outcome));
    }
}
