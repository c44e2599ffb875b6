using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Reports;

/// <summary>How many orders were checked, blocked and sent, and how many intents never became one.</summary>
internal sealed class ControlFunnel
{
    private readonly SortedDictionary<string, Count> counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Portfolio, string Agent, string Code), long> refusals = new(Comparer<(string, string, string)>.Create(static (a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var p ? p : string.CompareOrdinal(a.Item2, b.Item2) is not 0 and var g ? g : string.CompareOrdinal(a.Item3, b.Item3)));

    private sealed class Count(string portfolio)
    {
        public string Portfolio => portfolio;
        public long Approved { get; set; }
        public long Blocked { get; set; }
        public long Sent { get; set; }
        public long Checked => Approved + Blocked;
    }

    public void Take(LogEvent e)
    {
        switch (e.Event)
        {
            case OrderApproved: Of(e).Approved++; break;
            case OrderBlocked: Of(e).Blocked++; break;
            case OrderSubmitted: Of(e).Sent++; break;
            case IntentRefused x:
                var key = (x.Portfolio, x.Agent ?? "", x.Code);
                refusals[key] = refusals.GetValueOrDefault(key) + 1;
                break;
        }
    }

    private Count Of(LogEvent e)
    {
        var portfolio = e.Portfolio ?? "";
        if (!counts.TryGetValue(portfolio, out var count)) counts[portfolio] = count = new Count(portfolio);
        return count;
    }

    public ReportTable Table() => ReportTable.Of(
        "orders checked", "Orders checked, blocked and sent in the period", [.. counts.Values],
        new("portfolio", "first part of the order id", c => c.Portfolio),
        new("checked", "order_approved and order_blocked, counted", c => Cell.Of(c.Checked), true),
        new("approved", "order_approved, counted", c => Cell.Of(c.Approved), true),
        new("blocked", "order_blocked, counted", c => Cell.Of(c.Blocked), true),
        new("sent", "order_submitted, counted", c => Cell.Of(c.Sent), true),
        new("share blocked", "blocked divided by checked, in per cent", c => Cell.Of(100m * c.Blocked / Math.Max(1, c.Checked), 2), true));

    public ReportTable Refusals() => ReportTable.Of(
        "intents refused", "Intents that were refused before they were counted in a round", [.. refusals],
        new("portfolio", "intent_refused: portfolio", r => r.Key.Portfolio),
        new("agent", "intent_refused: agent; empty where the message named none", r => r.Key.Agent),
        new("code", "intent_refused: code", r => r.Key.Code),
        new("times", "counted", r => Cell.Of(r.Value), true));
}
