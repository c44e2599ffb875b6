using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Reports;

/// <summary>Best execution: what orders cost against the market that was on record as they were decided.</summary>
public static class ExecutionQuality
{
    public static readonly ReportDefinition Definition = new(
        "best-execution", "Best execution summary", "fill rates, slippage, spreads, speed and fees by instrument, venue and side",
        "Firms have to take sufficient steps to get the best possible result for an order (Directive 2014/65/EU, article 27; in the United States FINRA rule 5310), "
        + "and to check that they do. This report sets each fill against the arrival price: the middle of the last quote, else the last price, of the "
        + "instrument up to the market time of the decision. Slippage is positive where the fill was worse. Effective spread is twice the slippage against the middle "
        + "of a quote. Orders are those approved in the period, with what became of them up to the checkpoint; times are market time.",
        [.. OrderRecords.OrderTypes, EventJson.AliasOf<InputsRecorded>(), EventJson.AliasOf<DecisionMade>()],
        [
            new("RTS 28 style top-five venues and Rule 606 routing tables", "there are no clients, no order classes by client and no payment for order flow in the log"),
            new("best bid and offer of the whole market", "the quote is that of the configured feed, which need not be the consolidated one"),
            new("quotes at the venue as the order arrived", "the arrival price is that of the decision; the way to the venue is in the time to the first fill only"),
            new("price improvement and likelihood of execution at other venues", "only the venue that was used is on record"),
            new("market impact and opportunity cost of what was not filled", "not worked out"),
            new("arrival prices where more than 100,000 signals of an instrument came after the decision's time and before the decision", "left empty"),
        ],
        BuildAsync);

    private static async Task<IReadOnlyList<ReportTable>> BuildAsync(IAsyncEnumerable<LogEvent> log, ReportScope scope)
    {
        var market = new MarketMemory();
        var orders = new List<ExecutedOrder>();
        var byId = new Dictionary<string, ExecutedOrder>();
        await foreach (var e in log)
        {
            switch (e.Event)
            {
                case InputsRecorded x: market.Take(x); break;
                // Decisions that trade nothing move the memory on too.
                case DecisionMade x: market.At(x.Portfolio, x.Instrument, x.AsOf); break;
                case OrderApproved x:
                    var arrival = market.At(x.Terms.Portfolio, x.Terms.Instrument, x.AsOf);
                    if (scope.Covers(e.At)) orders.Put(byId[x.Terms.OrderId] = new ExecutedOrder(e.Seq, OrderLife.Begin(x)!, arrival), Definition.Name);
                    break;
                default:
                    if (byId.TryGetValue(e.Recorded.StreamId["order-".Length..], out var order)) order.Life.Apply(e.Event);
                    break;
            }
        }

        return [ExecutionTables.Summary(orders), ExecutionTables.Orders(orders)];
    }
}

/// <summary>An order with the market as it was decided.</summary>
internal sealed record ExecutedOrder(long Seq, OrderLife Life, MarketMemory.Seen? Arrival)
{
    /// <summary>How much worse than the arrival price the fills were, in price times quantity; null without either.</summary>
    public decimal? Cost => Arrival is { } a && Life.Filled > 0m ? Life.Terms.Side.Sign() * (Life.Notional - (a.Mark * Life.Filled)) : null;

    /// <summary>The fills at the arrival price.</summary>
    public decimal ArrivalNotional => Arrival is { } a ? a.Mark * Life.Filled : 0m;

    public decimal? SlippageBps => Cost is { } cost && ArrivalNotional > 0m ? 10_000m * cost / ArrivalNotional : null;

    /// <summary>From approval to first fill, in seconds of market time.</summary>
    public decimal? SecondsToFill => Life.FirstFill is { } first ? (first.UnixMicros - Life.AsOf.UnixMicros) / 1_000_000m : null;
}
