using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Makes reports of what the stream says. It tells how orders stand, not what happened to them, so the last that was heard of each is
/// kept and what has changed is the report.
/// </summary>
internal sealed class IbkrUpdates(IbkrOrderReading reading, IbkrTrades trades, IbkrLiveOrders live)
{
    private const int MaxKept = 20_000;

    private readonly Dictionary<string, BrokerOrder> known = [];

    /// <summary>Takes note of orders as they stand when the stream begins; whoever hears that it began asks for them anyway.</summary>
    public async ValueTask LearnAsync(JsonElement message, CancellationToken ct)
    {
        if (message.Text("topic") != "sor") return;
        foreach (var json in message.Field("args").Objects()) await NoteAsync(json, ct);
    }

    /// <param name="now">The broker's time, for what has none of its own.</param>
    /// <returns>The reports in the order of what happened, and why somebody must ask what else has.</returns>
    public async ValueTask<(IReadOnlyList<ReportReceived> Reports, string? Unclear)> ReadAsync(JsonElement message, Timestamp now, CancellationToken ct)
    {
        var reports = new List<ReportReceived>();
        string? unclear = null;
        try
        {
            foreach (var json in message.Field("args").Objects())
            {
                switch (message.Text("topic"))
                {
                    case "sor":
                        unclear = await OrderAsync(json, now, reports, ct) ?? unclear;
                        break;
                    case "str":
                        unclear = await TradeAsync(json, reports, ct) ?? unclear;
                        break;
                }
            }
        }
        catch (BrokerException e)
        {
            unclear = $"a message needs another answer: {e.Message}";
        }

        return (reports, unclear);
    }

    private async ValueTask<string?> OrderAsync(JsonElement json, Timestamp now, List<ReportReceived> reports, CancellationToken ct)
    {
        var (was, order) = await NoteAsync(json, ct);
        if (order is null) return "an order has no id";
        if (order.State == OrderState.InDoubt && was?.Status != order.Status) return $"status '{order.Status}' of order {order.BrokerOrderId} tells nothing";
        if (IbkrWords.Change(was, order) is not { } kind) return null;
        var replaced = kind == ReportKind.Replaced;
        var id = kind == ReportKind.Acknowledged ? order.BrokerOrderId : "";
        reports.Add(new(new ExecutionReport(order.OrderId, kind, id, replaced ? order.Quantity : 0m, replaced ? order.LimitPrice ?? 0m : 0m, 0m, order.Status, now), order));
        return null;
    }

    private async ValueTask<string?> TradeAsync(JsonElement json, List<ReportReceived> reports, CancellationToken ct)
    {
        var (execution, unclear) = await trades.ReadAsync(json, ct);
        if (execution is null) return unclear;
        var order = known.GetValueOrDefault(execution.BrokerOrderId);
        var kind = order?.State == OrderState.Filled ? ReportKind.Fill : ReportKind.PartialFill;
        reports.Add(new(new ExecutionReport(execution.OrderId, kind, execution.ExecutionId, execution.Quantity, execution.Price, execution.Fee, "trade", execution.At), order));
        return null;
    }

    private async ValueTask<(BrokerOrder? Was, BrokerOrder? Now)> NoteAsync(JsonElement json, CancellationToken ct)
    {
        if (IbkrOrderReading.Id(json) is not { } id) return default;
        var was = known.GetValueOrDefault(id);
        var order = await reading.ReadAsync(json, was, ct);
        // Of an order that is new here a part of its fields says too little.
        if (was is null && order is { Quantity: 0m }) order = await live.StatusAsync(id, ct) is { } whole ? whole with { OrderId = order.OrderId, State = order.State, Status = order.Status } : order;
        if (known.Count >= MaxKept) known.Clear();
        if (order is not null) known[id] = order;
        return (was, order);
    }
}
