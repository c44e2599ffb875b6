using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Projections.Storage;
using Npgsql;

namespace EventSourcedTrading.Projections.Reading;

/// <summary>
/// Questions to the read models. Each answer is one consistent moment of one read model; how far that is behind the log
/// <see cref="Following.ProjectionHost.StatusAsync"/> tells. Where a portfolio may be given, null means all of them.
/// </summary>
/// <param name="source">Connects as est_reader, or as est_app.</param>
public sealed partial class ReadModels(NpgsqlDataSource source)
{
    /// <summary>The most items that a page may have.</summary>
    public const int MaxPage = 500;

    /// <summary>The most rows of daily profit in one answer.</summary>
    public const int MaxDays = 10_000;

    public Task<IReadOnlyList<PortfolioView>> PortfoliosAsync(CancellationToken ct = default) =>
        ListAsync<PortfolioView>("portfolios", null, "portfolio", ct);

    /// <summary>Also those that were closed, with quantity zero: their realised profit counts.</summary>
    public Task<IReadOnlyList<PositionView>> PositionsAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<PositionView>("positions", portfolio, "portfolio, instrument", ct);

    public Task<IReadOnlyList<AgentPositionView>> AgentPositionsAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<AgentPositionView>("agent_positions", portfolio, "portfolio, agent, instrument", ct);

    public Task<IReadOnlyList<CashView>> CashAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<CashView>("cash", portfolio, "portfolio, currency", ct);

    public Task<IReadOnlyList<EquityView>> EquityAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<EquityView>("equity", portfolio, "portfolio", ct);

    public Task<IReadOnlyList<InstrumentExposureView>> ExposureByInstrumentAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<InstrumentExposureView>("exposure_by_instrument", portfolio, "portfolio, instrument", ct);

    public Task<IReadOnlyList<BucketExposureView>> ExposureByBucketAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<BucketExposureView>("exposure_by_bucket", portfolio, "portfolio, bucket", ct);

    public Task<IReadOnlyList<PortfolioExposureView>> ExposureByPortfolioAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<PortfolioExposureView>("exposure_by_portfolio", portfolio, "portfolio", ct);

    public Task<IReadOnlyList<PortfolioProfitView>> ProfitByPortfolioAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<PortfolioProfitView>("profit_by_portfolio", portfolio, "portfolio", ct);

    public Task<IReadOnlyList<StrategyProfitView>> ProfitByStrategyAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<StrategyProfitView>("profit_by_strategy", portfolio, "portfolio, agent", ct);

    /// <summary>Oldest day first; the portfolio's own rows come before those of its agents.</summary>
    public Task<IReadOnlyList<DailyProfitView>> DailyProfitAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<DailyProfitView>("daily_profit", portfolio, "day, portfolio, agent nulls first, currency", ct);

    /// <summary>The same of one portfolio and a stretch of days, the last <see cref="MaxDays"/> rows of it.</summary>
    /// <param name="agent">Only this agent's rows.</param>
    public async Task<IReadOnlyList<DailyProfitView>> DailyProfitAsync(string portfolio, string? agent, DateOnly? from, DateOnly? to, CancellationToken ct = default)
    {
        var rows = await QueryAsync<DailyProfitView>(
            $"""
            from read.daily_profit where portfolio = $1 and ($2::text is null or agent = $2) and ($3::date is null or day >= $3) and ($4::date is null or day <= $4)
             order by day desc, agent desc nulls last, currency desc limit {MaxDays}
            """, ct, portfolio, (object?)agent ?? DBNull.Value, (object?)from ?? DBNull.Value, (object?)to ?? DBNull.Value);
        rows.Reverse();
        return rows;
    }

    public Task<IReadOnlyList<StrategyView>> StrategiesAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<StrategyView>("strategies", portfolio, "portfolio, agent", ct);

    public Task<IReadOnlyList<KillSwitchView>> KillSwitchesAsync(string? portfolio = null, CancellationToken ct = default) =>
        ListAsync<KillSwitchView>("kill_switches", portfolio, "portfolio, scope, target", ct);

    /// <param name="state">Only orders in this state.</param>
    /// <param name="before">The <see cref="Page{T}.Next"/> of the page before; null for the newest.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    public Task<Page<OrderView>> OrdersAsync(
        string? portfolio = null, OrderState? state = null, long? before = null, int limit = 50, CancellationToken ct = default) =>
        PageAsync<OrderView>("orders", "first_seq", o => o.FirstSeq, portfolio, state is { } s ? ("state", Stored.Word(s)) : null, before, limit, ct);

    /// <summary>Orders that have not ended, oldest first; at most <see cref="MaxPage"/>.</summary>
    public async Task<IReadOnlyList<OrderView>> OpenOrdersAsync(string portfolio, CancellationToken ct = default) =>
        await QueryAsync<OrderView>($"from read.orders where portfolio = $1 and ended_at is null order by first_seq limit {MaxPage}", ct, portfolio);

    public async Task<OrderView?> OrderAsync(string orderId, CancellationToken ct = default) =>
        (await QueryAsync<OrderView>("from read.orders where order_id = $1", ct, orderId)).FirstOrDefault();

    /// <inheritdoc cref="OrdersAsync"/>
    public Task<Page<DecisionView>> DecisionsAsync(
        string? portfolio = null, long? before = null, int limit = 50, CancellationToken ct = default) =>
        PageAsync<DecisionView>("decisions", "seq", d => d.Seq, portfolio, null, before, limit, ct);

    public async Task<DecisionView?> DecisionAsync(string decisionId, CancellationToken ct = default) =>
        (await QueryAsync<DecisionView>("from read.decisions where decision_id = $1", ct, decisionId)).FirstOrDefault();

    /// <inheritdoc cref="OrdersAsync"/>
    public Task<Page<ViolationView>> ViolationsAsync(
        string? portfolio = null, long? before = null, int limit = 50, CancellationToken ct = default) =>
        PageAsync<ViolationView>("violations", "seq", v => v.Seq, portfolio, null, before, limit, ct);

    private async Task<Page<T>> PageAsync<T>(
        string view, string place, Func<T, long> placeOf, string? portfolio, (string Column, string Value)? filter, long? before, int limit,
        CancellationToken ct) where T : class
    {
        if (limit is < 1 or > MaxPage) throw new ArgumentOutOfRangeException(nameof(limit), limit, $"limit {limit} must be 1 to {MaxPage}");
        var values = new List<object> { before ?? long.MaxValue, (long)limit + 1 };
        var where = $"from read.{view} where {place} < $1";
        if (portfolio is not null)
        {
            values.Add(portfolio);
            where += $" and portfolio = ${values.Count}";
        }

        if (filter is { } only)
        {
            values.Add(only.Value);
            where += $" and {only.Column} = ${values.Count}";
        }

        var items = await QueryAsync<T>($"{where} order by {place} desc limit $2", ct, [.. values]);
        if (items.Count <= limit) return new Page<T>(items, null);
        items.RemoveAt(limit);
        return new Page<T>(items, placeOf(items[^1]));
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string view, string? portfolio, string order, CancellationToken ct) where T : class =>
        portfolio is null
            ? await QueryAsync<T>($"from read.{view} order by {order}", ct)
            : await QueryAsync<T>($"from read.{view} where portfolio = $1 order by {order}", ct, portfolio);

    private async Task<List<T>> QueryAsync<T>(string from, CancellationToken ct, params object[] values) where T : class
    {
        await using var command = source.CreateCommand($"select {RowMap<T>.ColumnList} {from}");
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await ReadAsync<T>(command, ct);
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, CancellationToken ct) where T : class
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(RowMap<T>.Read(reader));
        return rows;
    }
}
