using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Backtesting.Bookkeeping;

/// <summary>
/// Fills into round trips: of the portfolio, of each agent by its share, and by the policy that decided. Excursions are those of the marks at
/// the ends of market times, and of entry and exit.
/// </summary>
internal sealed class TradeBook(RunFiles files)
{
    private readonly TradeMatching portfolio = new();
    private readonly SortedDictionary<string, TradeMatching> agents = new(StringComparer.Ordinal), policies = new(StringComparer.Ordinal);
    private readonly HashSet<string> held = new(StringComparer.Ordinal);
    private readonly List<RoundTrip> closed = [];

    public IReadOnlyCollection<string> Agents => agents.Keys;
    public IReadOnlyCollection<string> Policies => policies.Keys;

    /// <param name="rate">Of the instrument's currency, in that of the portfolio.</param>
    public void Fill(Execution e, string policy, decimal rate, decimal multiplier)
    {
        var price = e.Price * rate;
        var sign = e.Side.Sign();
        held.Add(e.Instrument);
        portfolio.Add(new TradeFill(e.AsOf, e.Instrument, sign * e.Quantity, price, e.Fee * rate, multiplier), closed);
        foreach (var trip in closed) RunTables.Write(files[RunTables.Trades], trip);
        closed.Clear();
        Group("policy", policy, policies, new TradeFill(e.AsOf, e.Instrument, sign * e.Quantity, price, e.Fee * rate, multiplier));
        for (var i = 0; i < e.Shares.Count; i++)
        {
            var share = e.Shares[i];
            if (share.Quantity != 0m) Group("agent", share.Agent, agents, new TradeFill(e.AsOf, e.Instrument, sign * share.Quantity, price, share.Fee * rate, multiplier));
        }
    }

    /// <summary>What an instrument that somebody may hold was worth.</summary>
    public void Mark(string instrument, decimal price)
    {
        if (!held.Contains(instrument)) return;
        portfolio.Mark(instrument, price, price);
        foreach (var agent in agents.Values) agent.Mark(instrument, price, price);
        foreach (var policy in policies.Values) policy.Mark(instrument, price, price);
    }

    public TradeBookState Capture() => new(portfolio.Capture(), Capture(agents), Capture(policies), [.. held.Order(StringComparer.Ordinal)]);

    public void Restore(TradeBookState state)
    {
        portfolio.Restore(state.Portfolio);
        Restore(agents, state.Agents);
        Restore(policies, state.Policies);
        held.Clear();
        held.UnionWith(state.Traded);
    }

    private void Group(string group, string name, SortedDictionary<string, TradeMatching> books, TradeFill fill)
    {
        if (!books.TryGetValue(name, out var book)) books[name] = book = new TradeMatching();
        book.Add(fill, closed);
        foreach (var trip in closed) RunTables.Write(files[RunTables.GroupTrades].Cell(group).Cell(name), trip);
        closed.Clear();
    }

    private static Dictionary<string, IReadOnlyList<OpeningState>> Capture(SortedDictionary<string, TradeMatching> books) => books.ToDictionary(b => b.Key, b => b.Value.Capture());

    private static void Restore(SortedDictionary<string, TradeMatching> books, IReadOnlyDictionary<string, IReadOnlyList<OpeningState>> state)
    {
        books.Clear();
        foreach (var (name, openings) in state) (books[name] = new TradeMatching()).Restore(openings);
    }
}

/// <param name="Traded">Instruments of which there was a fill.</param>
public sealed record TradeBookState(
    IReadOnlyList<OpeningState> Portfolio, IReadOnlyDictionary<string, IReadOnlyList<OpeningState>> Agents, IReadOnlyDictionary<string, IReadOnlyList<OpeningState>> Policies,
    IReadOnlyList<string> Traded);
