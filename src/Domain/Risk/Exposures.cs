using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>What a portfolio is exposed to at one moment, in base currency, for people; the rules use the same sums as they go along.</summary>
/// <param name="Equity">Cash and positions at market.</param>
/// <param name="Peak">Highest equity that a drawdown counts from; null where none is limited.</param>
/// <param name="ByAgent">By what agents hold and have asked for. Their shares can offset each other, so these do not sum to the whole.</param>
public sealed record Exposures(
    string BaseCurrency, decimal Equity, decimal ProfitToday, decimal? Peak, int OpenOrders, Exposure Whole,
    IReadOnlyDictionary<string, Exposure> ByInstrument, IReadOnlyDictionary<string, Exposure> ByBucket,
    IReadOnlyDictionary<string, Exposure> ByCurrency, IReadOnlyDictionary<string, Exposure> ByAgent)
{
    public static Exposures Of(PortfolioState state)
    {
        SortedDictionary<string, Exposure> instruments = new(StringComparer.Ordinal), buckets = new(StringComparer.Ordinal), currencies = new(StringComparer.Ordinal);
        foreach (var book in state.Books.Values) instruments[book.Instrument.Id] = book.Exposure * book.Ledger.Rate;
        foreach (var (name, bucket) in state.Risk.Buckets) buckets[name] = bucket.Exposure;
        foreach (var (currency, ledger) in state.Currencies) currencies[currency] = ledger.Exposure * ledger.Rate;
        return new Exposures(
            state.BaseCurrency, state.Equity(), state.ProfitToday(), state.Limits.MaxDrawdown is null ? null : state.Risk.PeakEquity, state.Risk.OpenOrders,
            state.TotalExposure(), instruments, buckets, currencies, Agents(state));
    }

    private static SortedDictionary<string, Exposure> Agents(PortfolioState state)
    {
        Dictionary<(string Agent, string Instrument), (decimal Buy, decimal Sell)> open = [];
        foreach (var book in state.Books.Values)
        {
            foreach (var order in book.Open)
            {
                if (state.IsCountedByPartner(order)) continue;
                foreach (var share in order.Allocation)
                {
                    var key = (share.Agent, order.Terms.Instrument);
                    var (buy, sell) = open.GetValueOrDefault(key);
                    var part = share.Quantity * order.Leaves / order.Terms.Quantity;
                    open[key] = order.Terms.Side == Side.Buy ? (buy + part, sell) : (buy, sell + part);
                }
            }
        }

        SortedDictionary<string, Exposure> agents = new(StringComparer.Ordinal);
        foreach (var key in state.AgentPositions.Keys.Union(open.Keys))
        {
            var book = state.Books[key.Instrument];
            var held = state.AgentPositions.TryGetValue(key, out var position) ? position.Quantity : 0m;
            var (buy, sell) = open.GetValueOrDefault(key);
            var exposure = Exposure.Of(held, buy, sell, book.Market.Mark * book.Instrument.Multiplier * book.Ledger.Rate);
            agents[key.Agent] = agents.GetValueOrDefault(key.Agent) + exposure;
        }

        return agents;
    }
}
