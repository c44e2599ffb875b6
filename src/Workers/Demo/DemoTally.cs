using EventSourcedTrading.Backtesting;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Projections.Reading;
using EventSourcedTrading.Workers.Hosting;
using Npgsql;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>Counts a demonstration in its log and its read models.</summary>
public static class DemoTally
{
    private const string Portfolio = "main";

    public static async Task<DemoFigures> CountAsync(Platform platform, IMarketDataSource data, long signals, TimeSpan took, CancellationToken ct)
    {
        var models = new ReadModels(platform.App);
        var types = await CountsAsync(platform.App, "select type, count(*) from events.mt_events group by type", ct);
        var byAgent = await CountsAsync(platform.App,
            "select data->'intent'->>'agent', count(*) from events.mt_events where type = 'intent_received' group by 1", ct);
        var violations = await CountsAsync(platform.App,
            "select data->>'rule', count(*) from events.mt_events where type = 'risk_violation_detected' group by 1", ct);
        var conflicts = await ScalarAsync<long>(platform.App,
            "select count(*) from events.mt_events where type = 'decision_made' and (data->>'conflict')::bool", ct);
        var profit = (await models.ProfitByPortfolioAsync(Portfolio, ct)).FirstOrDefault();
        var equity = (await models.EquityAsync(Portfolio, ct)).FirstOrDefault();
        var events = types.Values.Sum();
        var figures = new DemoFigures
        {
            Data = data.Name, Signals = signals, Intents = Of("intent_received"), IntentsByAgent = byAgent, Rounds = Of("decision_made"), Conflicts = conflicts,
            Orders = Of("order_approved"), Blocked = Of("order_blocked"), Fills = Of("order_filled") + Of("order_partially_filled"), Violations = violations,
            Positions = [.. (await models.PositionsAsync(Portfolio, ct)).Select(p =>
                new DemoPosition(p.Instrument, p.Quantity, Round(p.AveragePrice), Round(p.LastPrice), Round(p.Unrealised), Round(p.Realised)))],
            BaseCurrency = profit?.BaseCurrency ?? "USD", Cash = Round(equity?.Cash), Equity = Round(equity?.Equity),
            Realised = Round(profit?.Realised), Unrealised = Round(profit?.Unrealised), Fees = Round(profit?.Fees),
            ProfitByAgent = [.. (await models.ProfitByStrategyAsync(Portfolio, ct)).Select(p =>
                new DemoProfit(p.Agent, Round(p.Realised), Round(p.Unrealised), Round(p.Fees), Round(p.Net), p.Fills))],
            Policies = await DemoPolicies.CompareAsync(platform.Reader, Portfolio, byAgent.Keys.FirstOrDefault("nobody"), ct),
            Events = events, Seconds = Math.Round(took.TotalSeconds, 2), EventsPerSecond = Math.Round(events / took.TotalSeconds),
            DecisionDigest = await DecisionDigest.OfAsync(platform.Reader, ct),
            ExplainedOrder = await ScalarAsync<string>(platform.App, MostTelling, ct),
            BlockedOrder = await ScalarAsync<string>(platform.App,
                "select data->'terms'->>'orderId' from events.mt_events where type = 'order_blocked' order by seq_id limit 1", ct),
            Database = DemoPortfolio.Database,
        };
        return figures with { Complaint = Complain(figures) };

        long Of(string type) => types.GetValueOrDefault(type);
    }

    /// <summary>An order that came out of a conflict and was filled says most; else any that was filled.</summary>
    private const string MostTelling = """
        select f.data->'execution'->>'orderId'
        from events.mt_events f join events.mt_events d on d.correlation_id = f.correlation_id and d.type = 'decision_made'
        where f.type = 'order_filled'
        order by (d.data->>'conflict')::bool desc, jsonb_array_length(d.data->'votes') desc, f.seq_id
        limit 1
        """;

    private static string? Complain(DemoFigures f) =>
        f.IntentsByAgent.Count < 3 ? $"intents came from {f.IntentsByAgent.Count} agents, not from three"
        : f.Conflicts == 0 ? "no round was a conflict"
        : f.Blocked == 0 ? "no order was blocked by risk"
        : f.Fills == 0 ? "nothing was filled"
        : f.ExplainedOrder is null ? "no order could be explained" : null;

    private static decimal Round(decimal? amount) => Math.Round(amount ?? 0m, 4);

    private static async Task<SortedDictionary<string, long>> CountsAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) counts[rows.GetString(0)] = rows.GetInt64(1);
        return counts;
    }

    private static async Task<T?> ScalarAsync<T>(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(ct) is T value ? value : default;
    }
}
