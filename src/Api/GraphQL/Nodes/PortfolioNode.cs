using System.Text.Json;
using EventSourcedTrading.Api.GraphQL.Queries;
using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

namespace EventSourcedTrading.Api.GraphQL.Nodes;

[ObjectType<PortfolioView>(IgnoreProperties = [nameof(PortfolioView.Portfolio)])]
[GraphQLName("Portfolio")]
[GraphQLDescription("One pool of money with one set of limits.")]
public static class PortfolioNode
{
    public static string GetId([Parent] PortfolioView of) => of.Portfolio;

    /// <summary>As `setRiskLimits` takes them.</summary>
    public static JsonElement? GetLimits([Parent] PortfolioView of) => Json.Of(of.Limits);

    /// <summary>As `setVotingPolicy` takes it.</summary>
    public static JsonElement? GetPolicy([Parent] PortfolioView of) => Json.Of(of.Policy);

    /// <summary>What the account at the broker can do; null on a simulated venue, which takes all, and before the broker has said.</summary>
    public static JsonElement? GetVenueTakes([Parent] PortfolioView of) => Json.Of(of.VenueTakes);

    /// <summary>By instrument; also those that were closed, with quantity zero: their realised profit counts.</summary>
    /// <param name="asOf">As they were at that moment, valued at the prices of then; now if left out.</param>
    [ListSize(AssumedSize = 50)]
    public static async Task<IReadOnlyList<PositionView>> GetPositionsAsync([Parent] PortfolioView of, Moment? asOf, PositionsByPortfolio positions, ReadModels models, CancellationToken ct) =>
        asOf is null ? await positions.LoadAsync(of.Portfolio, ct) ?? [] : await models.PositionsAsOfAsync(of.Portfolio, await asOf.InLogAsync(models, ct), ct);

    /// <summary>Each agent's part of the positions, at its own average cost.</summary>
    [ListSize(AssumedSize = 100)]
    public static async Task<IReadOnlyList<AgentPositionView>> GetAgentPositionsAsync([Parent] PortfolioView of, Moment? asOf, AgentPositionsByPortfolio positions, ReadModels models, CancellationToken ct) =>
        asOf is null ? await positions.LoadAsync(of.Portfolio, ct) ?? [] : await models.AgentPositionsAsOfAsync(of.Portfolio, await asOf.InLogAsync(models, ct), ct);

    /// <summary>By currency.</summary>
    [ListSize(AssumedSize = 5)]
    public static async Task<IReadOnlyList<CashView>> GetCashAsync([Parent] PortfolioView of, Moment? asOf, CashByPortfolio cash, ReadModels models, CancellationToken ct) =>
        asOf is null ? await cash.LoadAsync(of.Portfolio, ct) ?? [] : await models.CashAsOfAsync(of.Portfolio, await asOf.InLogAsync(models, ct), ct);

    /// <summary>Cash and positions at market, in base currency.</summary>
    public static async Task<EquityView?> GetEquityAsync([Parent] PortfolioView of, Moment? asOf, EquityByPortfolio equity, ReadModels models, CancellationToken ct) =>
        asOf is null ? await equity.LoadAsync(of.Portfolio, ct) : (await models.EquityAsOfAsync(of.Portfolio, await asOf.InLogAsync(models, ct), ct)).FirstOrDefault();

    /// <summary>Exposure in every dimension and what is left of every limit, by the engine's own state; null where this server cannot tell.</summary>
    [Cost(100)]
    public static Task<PortfolioRisk?> GetRiskAsync([Parent] PortfolioView of, PortfolioRiskSource risk, CancellationToken ct) => risk(of.Portfolio, ct);

    /// <summary>Since the portfolio was opened.</summary>
    public static async Task<PortfolioProfitView?> GetProfitAsync([Parent] PortfolioView of, ProfitByPortfolio profit, CancellationToken ct) => await profit.LoadAsync(of.Portfolio, ct);

    /// <summary>Of each agent since the portfolio was opened.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<StrategyProfitView>> GetProfitByAgentAsync([Parent] PortfolioView of, AgentProfitByPortfolio profit, CancellationToken ct) => await profit.LoadAsync(of.Portfolio, ct) ?? [];

    /// <summary>Of each trading day, the portfolio's own rows before those of its agents; oldest first; the last 10,000 rows.</summary>
    /// <param name="agent">Only this agent's; the whole portfolio's rows have none.</param>
    /// <param name="from">From this day on.</param>
    /// <param name="to">Up to this day.</param>
    [ListSize(AssumedSize = 250)]
    public static Task<IReadOnlyList<DailyProfitView>> GetProfitByDayAsync([Parent] PortfolioView of, string? agent, DateOnly? from, DateOnly? to, ReadModels models, CancellationToken ct) =>
        models.DailyProfitAsync(of.Portfolio, agent, from, to, ct);

    /// <summary>Its agents: strategies in their versions.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<StrategyView>> GetStrategiesAsync([Parent] PortfolioView of, StrategiesByPortfolio strategies, CancellationToken ct) => await strategies.LoadAsync(of.Portfolio, ct) ?? [];

    /// <summary>Those that stand, and those that were released.</summary>
    public static Task<IReadOnlyList<KillSwitchView>> GetKillSwitchesAsync([Parent] PortfolioView of, ReadModels models, CancellationToken ct) => models.KillSwitchesAsync(of.Portfolio, ct);

    /// <summary>Newest first.</summary>
    public static Task<Connection<OrderView>> GetOrdersAsync([Parent] PortfolioView of, ReadModels models, PagingArguments paging, OrderFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<OrderView>(models, paging, order, "firstSeq", Feeds.Only("portfolio", of.Portfolio).Concat(FeedQueries.Of(where)), ct);

    /// <summary>Newest first.</summary>
    public static Task<Connection<FillView>> GetFillsAsync([Parent] PortfolioView of, ReadModels models, PagingArguments paging, FillFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<FillView>(models, paging, order, "seq", Feeds.Only("portfolio", of.Portfolio).Concat(FeedQueries.Of(where)), ct);

    /// <summary>Newest first.</summary>
    public static Task<Connection<DecisionView>> GetDecisionsAsync([Parent] PortfolioView of, ReadModels models, PagingArguments paging, DecisionFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<DecisionView>(models, paging, order, "seq", Feeds.Only("portfolio", of.Portfolio).Concat(FeedQueries.Of(where)), ct);

    /// <summary>Newest first.</summary>
    public static Task<Connection<ViolationView>> GetViolationsAsync([Parent] PortfolioView of, ReadModels models, PagingArguments paging, ViolationFilter? where, FeedSort? order, CancellationToken ct) =>
        Feeds.ConnectAsync<ViolationView>(models, paging, order, "seq", Feeds.Only("portfolio", of.Portfolio).Concat(FeedQueries.Of(where)), ct);
}
