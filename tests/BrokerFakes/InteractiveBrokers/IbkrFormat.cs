using System.Globalization;
using System.Text.Json.Nodes;
using EventSourcedTrading.BrokerFakes.Venues;

namespace EventSourcedTrading.BrokerFakes.InteractiveBrokers;

/// <summary>Orders and trades in Interactive Brokers' words, with the types that the specification's schemas have.</summary>
public static class IbkrFormat
{
    public static string Number(decimal value) => value.ToString("0.0########", CultureInfo.InvariantCulture);

    public static string Price(decimal value) => value.ToString("0.00#######", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture);

    public static string Word(TimeInForce force) => force.ToString().ToUpperInvariant();

    /// <summary>One of <c>/iserver/account/orders</c>, and of a stream's <c>sor</c>.</summary>
    public static JsonObject Live(FakeSettings settings, IbkrSettings ibkr, Order order)
    {
        var (ticket, instrument) = (order.Ticket, Listed(settings, order));
        var live = new JsonObject
        {
            ["acct"] = ibkr.Account, ["account"] = ibkr.Account, ["conidex"] = $"{instrument.Conid}", ["conid"] = $"{instrument.Conid}", ["orderId"] = int.Parse(order.Id, CultureInfo.InvariantCulture),
            ["cashCcy"] = "USD", ["sizeAndFills"] = SizeAndFills(order), ["orderDesc"] = Description(order), ["description1"] = ticket.Symbol, ["ticker"] = ticket.Symbol, ["secType"] = "STK",
            ["listingExchange"] = instrument.Exchange, ["remainingQuantity"] = Number(order.Remaining), ["filledQuantity"] = Number(order.Filled), ["totalSize"] = Number(ticket.Quantity),
            ["companyName"] = instrument.Name, ["status"] = IbkrTicket.Word(order), ["order_ccp_status"] = IbkrTicket.Word(order), ["origOrderType"] = IbkrTicket.Word(ticket.Type).ToUpperInvariant(),
            ["supportsTaxOpt"] = "1", ["lastExecutionTime"] = Time(order.UpdatedAt), ["lastExecutionTime_r"] = $"{order.UpdatedAt.ToUnixTimeMilliseconds()}",
            ["orderType"] = IbkrTicket.Word(ticket.Type), ["bgColor"] = "#FFFFFF", ["fgColor"] = "#000000", ["isEventTrading"] = "0",
            ["timeInForce"] = ticket.TimeInForce == TimeInForce.Day ? "CLOSE" : Word(ticket.TimeInForce), ["side"] = ticket.Side == Side.Buy ? "BUY" : "SELL",
        };
        if (ticket.Style.Length == 0) live["order_ref"] = ticket.ClientId;
        if ((ticket.LimitPrice ?? ticket.StopPrice) is { } price) live["price"] = Price(price);
        if (ticket.LimitPrice is not null && ticket.StopPrice is { } stop) live["auxPrice"] = Price(stop);
        if (order.AveragePrice is { } average) live["avgPrice"] = Price(average);
        return live;
    }

    /// <summary><c>/iserver/account/order/status/{orderId}</c>.</summary>
    public static JsonObject Status(FakeSettings settings, IbkrSettings ibkr, Order order)
    {
        var (ticket, instrument) = (order.Ticket, Listed(settings, order));
        var status = new JsonObject
        {
            ["sub_type"] = "", ["request_id"] = "1", ["server_id"] = "0", ["order_id"] = int.Parse(order.Id, CultureInfo.InvariantCulture), ["conidex"] = $"{instrument.Conid}",
            ["conid"] = $"{instrument.Conid}", ["symbol"] = ticket.Symbol, ["side"] = ticket.Side == Side.Buy ? "BUY" : "SELL", ["contract_description_1"] = ticket.Symbol,
            ["listing_exchange"] = instrument.Exchange, ["company_name"] = instrument.Name, ["size"] = Number(order.IsOpen ? order.Remaining : 0), ["total_size"] = Number(ticket.Quantity),
            ["currency"] = "USD", ["account"] = ibkr.Account, ["order_type"] = IbkrTicket.Word(ticket.Type).ToUpperInvariant().Replace(' ', '_'), ["cum_fill"] = Number(order.Filled),
            ["order_status"] = IbkrTicket.Word(order), ["order_ccp_status"] = order.IsOpen ? "0" : "2", ["order_status_description"] = $"Order {IbkrTicket.Word(order)}", ["tif"] = Word(ticket.TimeInForce),
            ["order_not_editable"] = !order.IsOpen, ["cannot_cancel_order"] = !order.IsOpen, ["deactivate_order"] = false, ["sec_type"] = "STK", ["order_description"] = Description(order),
            ["order_clearing_account"] = ibkr.Account, ["size_and_fills"] = SizeAndFills(order), ["child_order_type"] = "0", ["alert_active"] = 0, ["order_time"] = Time(order.SubmittedAt),
        };
        if (order.AveragePrice is { } average) status["average_price"] = Price(average);
        return status;
    }

    /// <summary>One of <c>/iserver/account/trades</c>, and of a stream's <c>str</c>.</summary>
    public static JsonObject Trade(FakeSettings settings, IbkrSettings ibkr, Execution execution)
    {
        var instrument = settings.Instruments.First(i => i.Symbol == execution.Symbol);
        var trade = new JsonObject
        {
            ["execution_id"] = execution.Id, ["symbol"] = execution.Symbol, ["supports_tax_opt"] = "1", ["side"] = execution.Side == Side.Buy ? "B" : "S",
            ["order_description"] = $"{(execution.Side == Side.Buy ? "Bought" : "Sold")} {execution.Quantity:0.####} @ {Price(execution.Price)} on FAKE",
            ["trade_time"] = execution.At.UtcDateTime.ToString("yyyyMMdd-HH:mm:ss", CultureInfo.InvariantCulture), ["trade_time_r"] = execution.At.ToUnixTimeMilliseconds(),
            ["size"] = execution.Quantity, ["price"] = Price(execution.Price), ["submitter"] = "fake", ["exchange"] = "FAKE", ["commission"] = Price(execution.Fee),
            ["net_amount"] = execution.Quantity * execution.Price, ["account"] = ibkr.Account, ["accountCode"] = ibkr.Account, ["account_allocation_name"] = ibkr.Account,
            ["company_name"] = instrument.Name, ["contract_description_1"] = execution.Symbol, ["sec_type"] = "STK", ["listing_exchange"] = instrument.Exchange, ["conid"] = $"{instrument.Conid}",
            ["conidEx"] = $"{instrument.Conid}", ["clearing_id"] = "IB", ["clearing_name"] = "IB", ["liquidation_trade"] = "0", ["is_event_trading"] = "0",
        };
        if (!execution.ClientId.StartsWith("anonymous-", StringComparison.Ordinal)) trade["order_ref"] = execution.ClientId;
        return trade;
    }

    private static Instrument Listed(FakeSettings settings, Order order) => settings.Instruments.First(i => i.Symbol == order.Ticket.Symbol);

    private static string SizeAndFills(Order order) => order.Filled == 0 || order.Remaining == 0 ? $"{order.Ticket.Quantity:0.####}" : $"{order.Filled:0.####}/{order.Ticket.Quantity:0.####}";

    private static string Description(Order order) => $"{(order.Ticket.Side == Side.Buy ? "Buy" : "Sell")} {order.Ticket.Quantity:0.####} {IbkrTicket.Word(order.Ticket.Type)}, {order.Ticket.TimeInForce}";
}
