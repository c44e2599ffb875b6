using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>Makes reports of what <c>trade_updates</c> says.</summary>
internal sealed class AlpacaUpdates(AlpacaClient client, AlpacaChain chain, AlpacaExecutions executions)
{
    /// <returns>The report, null if the event moves nothing, or why somebody must ask what has happened.</returns>
    public async Task<(ReportReceived? Report, string? Unclear)> ReadAsync(AlpacaMessageData update, CancellationToken ct)
    {
        if (update is not { Event: { } word, Order: { Id.Length: > 0 } order }) return (null, "an update names no event or no order");
        executions.Learn(order.Id, order.ClientOrderId);
        if (!AlpacaWords.Events.TryGetValue(word, out var kind)) return (null, $"event '{word}' of order {order.Id} is not known");
        if (kind is null) return (null, null);
        var at = update.Timestamp ?? order.UpdatedAt ?? order.SubmittedAt;
        if (at is not { } time) return (null, $"event '{word}' of order {order.Id} has no time");
        try
        {
            return await ReadAsync(update, order, kind.Value, time, ct);
        }
        catch (BrokerException e)
        {
            return (null, $"event '{word}' of order {order.Id} needs another answer: {e.Message}");
        }
    }

    private async Task<(ReportReceived? Report, string? Unclear)> ReadAsync(AlpacaMessageData update, AlpacaOrder order, ReportKind kind, Timestamp at, CancellationToken ct)
    {
        var (orderId, revision) = AlpacaClientId.Read(order.ClientOrderId);
        var (id, quantity, price) = (update.ExecutionId ?? "", 0m, 0m);
        switch (kind)
        {
            case ReportKind.Acknowledged:
                // That a replacement works is told by the order that it replaces.
                if (revision > 0) return (null, null);
                id = order.Id!;
                break;
            case ReportKind.PartialFill or ReportKind.Fill:
                if (update is not { Qty: > 0m, Price: { } paid } || order.FilledQty is not > 0m) return (null, $"an execution of order {order.Id} lacks its qty, price or filled_qty");
                (id, quantity, price) = (AlpacaExecutions.Id(order.Id!, order.Filled), update.Qty.Value, paid);
                break;
            case ReportKind.Replaced:
                // It comes with the order that was, so the one that is must be asked for.
                if (string.IsNullOrEmpty(order.ReplacedBy)) return (null, $"order {order.Id} was replaced by the broker itself");
                var next = await client.OrderAsync(order.ReplacedBy, ct);
                if (next is null) return (null, $"order {order.ReplacedBy}, which replaces {order.Id}, is not there");
                var whole = await chain.WholeAsync(next, ct);
                executions.Learn(next.Id, next.ClientOrderId);
                return (Made(orderId, kind, next.Id!, whole.Quantity, whole.LimitPrice ?? 0m, update.Event!, at, whole), null);
            case ReportKind.Rejected when revision > 0 && order.Replaces is { Length: > 0 } replaces:
                // The order before it may still work: then only the replacement was refused.
                if (await client.OrderAsync(replaces, ct) is not { WasReplaced: true }) kind = ReportKind.ReplaceRefused;
                break;
        }

        return (Made(orderId, kind, id, quantity, price, update.Event!, at, await chain.WholeAsync(order, ct)), null);
    }

    private static ReportReceived Made(string orderId, ReportKind kind, string id, decimal quantity, decimal price, string text, Timestamp at, BrokerOrder order) =>
        new(new ExecutionReport(orderId, kind, id, quantity, price, 0m, text, at), order);
}
