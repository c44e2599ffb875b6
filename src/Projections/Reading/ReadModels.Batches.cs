namespace EventSourcedTrading.Projections.Reading;

/// <content>Many at once, one statement each, for those who gather what siblings ask for. What is not there is not in the answer.</content>
public sealed partial class ReadModels
{
    /// <summary>The most ids or portfolios that may be asked for at once.</summary>
    public const int MaxIds = 1_000;

    /// <summary>The most that is answered for one id; <see cref="SliceAsync"/> goes through more.</summary>
    public const int MaxPerId = 500;

    /// <param name="ids">At most <see cref="MaxIds"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many.</exception>
    public async Task<IReadOnlyDictionary<string, OrderView>> OrdersByIdAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        (await QueryAsync<OrderView>("from read.orders where order_id = any($1)", ct, Ids(ids))).ToDictionary(o => o.OrderId);

    /// <inheritdoc cref="OrdersByIdAsync"/>
    public async Task<IReadOnlyDictionary<string, DecisionView>> DecisionsByIdAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        (await QueryAsync<DecisionView>("from read.decisions where decision_id = any($1)", ct, Ids(ids))).ToDictionary(d => d.DecisionId);

    /// <summary>Of each order the first <see cref="MaxPerId"/>, oldest first.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, FillView>> FillsByOrderAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        EachAsync<FillView>("fills", "order_id", "seq", f => f.OrderId, ids, ct);

    /// <summary>The order that a decision led to, and the exits that followed from it, oldest first.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, OrderView>> OrdersByDecisionAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        EachAsync<OrderView>("orders", "decision_id", "first_seq", o => o.DecisionId, ids, ct);

    /// <summary>Of each decision the first <see cref="MaxPerId"/>, oldest first.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, ViolationView>> ViolationsByDecisionAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        EachAsync<ViolationView>("violations", "decision_id", "seq", v => v.DecisionId!, ids, ct);

    /// <summary>Of each order the first <see cref="MaxPerId"/>, oldest first.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, ViolationView>> ViolationsByOrderAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        EachAsync<ViolationView>("violations", "order_id", "seq", v => v.OrderId!, ids, ct);

    /// <summary>All of each portfolio, also those that were closed.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, PositionView>> PositionsByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        OfPortfoliosAsync<PositionView>("positions", "instrument", p => p.Portfolio, ids, ct);

    /// <inheritdoc cref="PositionsByPortfolioAsync"/>
    public Task<ILookup<string, AgentPositionView>> AgentPositionsByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        OfPortfoliosAsync<AgentPositionView>("agent_positions", "agent, instrument", p => p.Portfolio, ids, ct);

    /// <summary>By currency.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, CashView>> CashByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        OfPortfoliosAsync<CashView>("cash", "currency", c => c.Portfolio, ids, ct);

    /// <summary>By agent.</summary>
    /// <inheritdoc cref="OrdersByIdAsync"/>
    public Task<ILookup<string, StrategyView>> StrategiesByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        OfPortfoliosAsync<StrategyView>("strategies", "agent", s => s.Portfolio, ids, ct);

    /// <inheritdoc cref="StrategiesByPortfolioAsync"/>
    public Task<ILookup<string, StrategyProfitView>> StrategyProfitByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        OfPortfoliosAsync<StrategyProfitView>("profit_by_strategy", "agent", s => s.Portfolio, ids, ct);

    /// <inheritdoc cref="OrdersByIdAsync"/>
    public async Task<IReadOnlyDictionary<string, PortfolioProfitView>> ProfitsByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        (await QueryAsync<PortfolioProfitView>("from read.profit_by_portfolio where portfolio = any($1)", ct, Ids(ids))).ToDictionary(p => p.Portfolio);

    /// <inheritdoc cref="OrdersByIdAsync"/>
    public async Task<IReadOnlyDictionary<string, EquityView>> EquityByPortfolioAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        (await QueryAsync<EquityView>("from read.equity where portfolio = any($1)", ct, Ids(ids))).ToDictionary(e => e.Portfolio);

    /// <inheritdoc cref="OrdersByIdAsync"/>
    public async Task<IReadOnlyDictionary<string, PortfolioView>> PortfoliosByIdAsync(IReadOnlyList<string> ids, CancellationToken ct = default) =>
        (await QueryAsync<PortfolioView>("from read.portfolios where portfolio = any($1)", ct, Ids(ids))).ToDictionary(p => p.Portfolio);

    private async Task<ILookup<string, T>> OfPortfoliosAsync<T>(
        string view, string order, Func<T, string> portfolioOf, IReadOnlyList<string> ids, CancellationToken ct) where T : class =>
        (await QueryAsync<T>($"from read.{view} where portfolio = any($1) order by portfolio, {order}", ct, Ids(ids))).ToLookup(portfolioOf);

    private async Task<ILookup<string, T>> EachAsync<T>(
        string view, string column, string order, Func<T, string> keyOf, IReadOnlyList<string> ids, CancellationToken ct) where T : class =>
        (await QueryAsync<T>(
            FormattableString.Invariant($"from unnest($1::text[]) id cross join lateral (select * from read.{view} v where v.{column} = id order by v.{order} limit {MaxPerId}) of_it order by {order}"),
            ct, Ids(ids))).ToLookup(keyOf);

    /// <returns>One parameter, an array of text.</returns>
    private static object Ids(IReadOnlyList<string> ids) => ids.Count <= MaxIds ? ids.Distinct(StringComparer.Ordinal).ToArray()
        : throw new ArgumentOutOfRangeException(nameof(ids), ids.Count, $"{ids.Count} ids are too many at once; {MaxIds} are possible");
}
