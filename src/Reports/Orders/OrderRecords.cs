using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using static EventSourcedTrading.Reports.Cell;

namespace EventSourcedTrading.Reports;

/// <summary>Order record keeping: a row for each event of an order, with the fields of RTS 24 (Regulation (EU) 2017/580, annex) that apply.</summary>
public static class OrderRecords
{
    /// <summary>Every event of an order.</summary>
    internal static readonly string[] OrderTypes = [.. EventJson.Aliases.Where(a => a.StartsWith("order_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static readonly ReportDefinition Definition = new(
        "orders", "Order records", "a row for each event of an order (RTS 24)",
        "Regulation (EU) 2017/580 (RTS 24), annex, lists what is kept of each order and of everything that happens to it: who decided, what was "
        + "ordered, when, in which sequence, and how it ended. It binds the operators of trading venues; a firm that trades keeps its own side of "
        + "the same facts, and for algorithmic trading also which algorithm decided. Times are those of the log (recorded) and of the market (as of), in UTC, "
        + "to the microsecond.",
        [.. OrderTypes, EventJson.AliasOf<PortfolioOpened>()],
        [
            new("client, member or participant identification; trader and investment decision as national or LEI codes", "the log has names of algorithms and persons, not their registered codes; they are to be joined at the desk"),
            new("trading capacity, liquidity provision, displayed and minimum quantity, passive or aggressive indicator, self-execution prevention, auction fields", "the platform does not use these features, or the venue does not tell"),
            new("triggering of stop orders (TRIG)", "a stop waits at the venue, which reports the fill and not the trigger"),
            new("changes by the venue itself (REMA, CHMO and the like)", "the column 'event code' has only codes that follow from what is on record; where none does, it is empty and 'event' says what happened"),
            new("priority time stamp and priority size", "known to the venue alone"),
            new("code lists", "the codes in 'event code', 'side' and 'validity' are to be compared with the annex in the Official Journal before they are filed"),
        ],
        BuildAsync);

    private sealed record Row(
        LogEvent Log, Timestamp? AsOf, string Code, OrderTerms? Terms, string Makers, string OrderId, string? Broker, string? BrokerOrderId, string? ExecutionId,
        decimal? Limit, decimal? Stop, decimal? Initial, decimal? Remaining, decimal? Traded, decimal? TradedTotal, decimal? Price, decimal? Fee,
        string? Currency, string? State, string? Actor, string? Reason);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var orders = new Dictionary<string, OrderLife>();
        var currencies = new Dictionary<(string?, string), string>();
        var rows = new List<Row>();
        await foreach (var e in log)
        {
            if (e.Event is PortfolioOpened opened)
            {
                foreach (var instrument in opened.Instruments) currencies[(opened.Portfolio, instrument.Id)] = instrument.Currency;
                continue;
            }

            var id = e.Recorded.StreamId["order-".Length..];
            if (OrderLife.Begin(e.Event) is { } begun) orders[id] = begun;
            var order = orders.GetValueOrDefault(id);
            var (cancel, replace) = (order?.CancelRequested == true, order?.ReplaceRequested == true);
            order?.Apply(e.Event);
            if (scope.Covers(e.At))
                rows.Put(RowOf(e, id, order, cancel, replace, order is null ? null : currencies.GetValueOrDefault((e.Portfolio, order.Terms.Instrument))), Definition.Name);
            // A cancel may cross a fill, so only these never come back.
            if (order?.State is OrderState.Filled or OrderState.Rejected or OrderState.Blocked) orders.Remove(id);
        }

        return [Table(rows)];
    }

    private static Row RowOf(LogEvent e, string id, OrderLife? order, bool cancelRequested, bool replaceRequested, string? currency)
    {
        var fill = (e.Event as OrderPartiallyFilled)?.Execution ?? (e.Event as OrderFilled)?.Execution;
        var (asOf, actor, reason) = Said(e.Event);
        var code = e.Event switch
        {
            OrderAcknowledged => "NEWO",
            OrderPartiallyFilled => "PARF",
            OrderFilled => "FILL",
            OrderCancelled => cancelRequested ? "CAME" : "CAMO",
            OrderReplaced when replaceRequested => "REME",
            OrderRejected => "REMO",
            OrderExpired => "EXPI",
            _ => "",
        };
        return new Row(
            e, asOf, code, order?.Terms, order is null ? "" : Of(order.Allocation), id, order?.Broker, order?.BrokerOrderId, fill?.ExecutionId,
            order?.LimitPrice, order?.StopPrice, order?.Quantity, order?.Remaining, fill?.Quantity, order?.Filled, fill?.Price, fill?.Fee,
            fill?.Currency ?? currency, order is null ? null : Word(order.State), actor, reason);
    }

    private static (Timestamp? AsOf, string? Actor, string? Reason) Said(DomainEvent e) => e switch
    {
        OrderApproved x => (x.AsOf, null, null),
        OrderBlocked x => (x.AsOf, null, $"{x.Reason} [{Failed(x.Checks)}]"),
        OrderSubmissionAttempted x => (x.AsOf, null, null),
        OrderSubmitted x => (x.AsOf, null, null),
        OrderAcknowledged x => (x.AsOf, null, null),
        OrderPartiallyFilled x => (x.Execution.AsOf, null, null),
        OrderFilled x => (x.Execution.AsOf, null, null),
        OrderCancelRequested x => (x.AsOf, x.Actor, x.Reason),
        OrderCancelled x => (x.AsOf, null, x.Reason),
        OrderReplaceRequested x => (x.AsOf, x.Actor, $"{x.Reason} [quantity {Of(x.Quantity) ?? "as it is"}, limit {Of(x.LimitPrice) ?? "as it is"}, stop {Of(x.StopPrice) ?? "as it is"}]"),
        OrderReplaced x => (x.AsOf, null, null),
        OrderRejected x => (x.AsOf, null, x.Reason),
        OrderExpired x => (x.AsOf, null, x.Reason),
        OrderInDoubt x => (x.AsOf, null, x.Reason),
        OrderAnomalyNoted x => (x.AsOf, null, $"{x.Report} while {Word(x.State)}: {x.Detail}"),
        _ => (null, null, null),
    };

    private static string? Validity(TimeInForce? validity) => validity switch
    {
        TimeInForce.Day => "DAVY",
        TimeInForce.Gtc => "GTCV",
        TimeInForce.Ioc => "IOCV",
        TimeInForce.Fok => "FOKV",
        TimeInForce.AtTheOpening => "OPGV",
        TimeInForce.AtTheClose => "CLOV",
        _ => null,
    };

    private static ReportTable Table(List<Row> rows) => ReportTable.Of(
        "orders", "Events of orders, in the sequence of the log", rows,
        new("sequence", "position in the log", r => Of(r.Log.Seq), true),
        new("recorded", "time of recording", r => Of(r.Log.At)),
        new("as of", "asOf of the event, or of its execution: market time", r => Of(r.AsOf)),
        new("event", "type of the event", r => r.Log.Recorded.Type),
        new("event code", "worked out from the type; cancelled is CAME where order_cancel_requested came before, else CAMO", r => r.Code.Length > 0 ? r.Code : null),
        new("order id", "stream of the event", r => r.OrderId),
        new("portfolio", "first part of the order id", r => r.Log.Portfolio),
        new("decision id", "order_approved or order_blocked: terms.decisionId", r => r.Terms?.DecisionId),
        new("decision makers", "allocation: algorithm name@version, or person:name, with its share of the quantity", r => r.Makers),
        new("instrument", "terms.instrument", r => r.Terms?.Instrument),
        new("MIC", "last part of terms.instrument, ISO 10383, of the listing", r => r.Terms is { } t ? t.Instrument[(t.Instrument.LastIndexOf('.') + 1)..] : null),
        new("broker", "order_submission_attempted, order_submitted: broker", r => r.Broker),
        new("broker order id", "order_acknowledged: brokerOrderId", r => r.BrokerOrderId),
        new("execution id", "execution.executionId", r => r.ExecutionId),
        new("side", "terms.side: BUYI, SELL", r => r.Terms is { } t ? t.Side == Side.Buy ? "BUYI" : "SELL" : null),
        new("type", "terms.orderType, in FIX words", r => r.Terms is { } t ? Word(t.OrderType) : null),
        new("validity", "terms.timeInForce: DAVY day, GTCV until cancelled, IOCV immediate or cancel, FOKV fill or kill; of our own, OPGV at the opening, CLOV at the close", r => Validity(r.Terms?.TimeInForce)),
        new("limit", "terms.limitPrice; after order_replaced its own", r => Of(r.Limit), true),
        new("stop", "terms.stopPrice; after order_replaced its own", r => Of(r.Stop), true),
        new("initial quantity", "terms.quantity; after order_replaced its own", r => Of(r.Initial), true),
        new("remaining quantity", "initial less traded, zero once the order has ended", r => Of(r.Remaining), true),
        new("traded quantity", "execution.quantity", r => Of(r.Traded), true),
        new("traded in all", "sum of execution.quantity", r => Of(r.TradedTotal), true),
        new("price", "execution.price", r => Of(r.Price), true),
        new("fee", "execution.fee", r => Of(r.Fee), true),
        new("currency", "execution.currency, else portfolio_opened: instruments.currency", r => r.Currency),
        new("status", "what the event makes of the order; FIX OrdStatus (39) and our approved, blocked, inDoubt", r => r.State),
        new("actor", "order_cancel_requested, order_replace_requested: actor", r => r.Actor),
        new("reason", "reason; for order_blocked with the checks that failed", r => r.Reason));
}
