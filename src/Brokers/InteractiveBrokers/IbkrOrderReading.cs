using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>Reads an order as live orders, the status of one and the stream have it, each in its own names.</summary>
internal sealed class IbkrOrderReading(IbkrContracts contracts, IbkrIds ids)
{
    public static string? Id(JsonElement json) => json.Text("orderId", "order_id");

    /// <param name="was">What is known already: the stream tells what has changed, and at times nothing more.</param>
    /// <returns>Null if it has no id.</returns>
    /// <exception cref="BrokerException">A name had to be asked for, and there was no answer.</exception>
    public async ValueTask<BrokerOrder?> ReadAsync(JsonElement json, BrokerOrder? was, CancellationToken ct)
    {
        if (Id(json) is not { } id) return null;
        var orderId = json.Text("order_ref", "cOID", "local_order_id") ?? ids.Ours(id) ?? was?.OrderId ?? "";
        ids.Learn(orderId, id);
        var filled = json.Number("filledQuantity", "cum_fill") ?? was?.Filled ?? 0m;
        var quantity = json.Number("totalSize", "total_size") ?? was?.Quantity ?? filled + (json.Number("remainingQuantity", "size") ?? 0m);
        var type = IbkrWords.ReadType(json.Text("origOrderType", "orderType", "order_type")) ?? was?.OrderType ?? OrderType.Market;
        var (price, aux) = (json.Number("price", "limit_price"), json.Number("auxPrice", "stop_price"));
        var status = json.Text("status", "order_status") ?? was?.Status ?? "";
        var conid = IbkrContracts.Read(json.Text("conid", "conidex"));
        return new BrokerOrder(
            orderId, id, conid is null && was is not null ? was.Instrument : await contracts.NameAsync(conid, json.Text("ticker", "symbol"), ct),
            IbkrWords.ReadSide(json.Text("side")) ?? was?.Side ?? Side.Buy, quantity, filled, filled == 0m ? 0m : json.Number("avgPrice", "average_price") ?? was?.AveragePrice ?? 0m, type,
            type is OrderType.Limit or OrderType.StopLimit ? price ?? was?.LimitPrice : null,
            type switch { OrderType.Stop => aux ?? price ?? was?.StopPrice, OrderType.StopLimit => aux ?? was?.StopPrice, _ => null },
            IbkrWords.State(status, filled), status, json.Time("lastExecutionTime_r") ?? was?.At ?? default(Timestamp));
    }
}
