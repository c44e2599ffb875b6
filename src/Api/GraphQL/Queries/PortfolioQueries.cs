using EventSourcedTrading.Api.GraphQL.Types;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Projections.Reading;
using HotChocolate.Authorization;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL.Queries;

/// <summary>Portfolios and what they hold, now or at a moment of the past.</summary>
[QueryType]
[Authorize("readState")]
public static class PortfolioQueries
{
    /// <summary>Every portfolio, by name.</summary>
    public static Task<IReadOnlyList<PortfolioView>> GetPortfoliosAsync(ReadModels models, CancellationToken ct) => models.PortfoliosAsync(ct);

    /// <summary>A portfolio by its name; null if there is none.</summary>
    public static async Task<PortfolioView?> GetPortfolioAsync(string id, PortfoliosById portfolios, CancellationToken ct) => await portfolios.LoadAsync(id, ct);

    /// <summary>Positions of one portfolio or of all, by instrument.</summary>
    /// <param name="asOf">As they were at that moment, valued at the prices of then; now if left out.</param>
    public static async Task<IReadOnlyList<PositionView>> GetPositionsAsync(string? portfolio, Moment? asOf, ReadModels models, CancellationToken ct) =>
        asOf is null ? await models.PositionsAsync(portfolio, ct) : await models.PositionsAsOfAsync(portfolio, await asOf.InLogAsync(models, ct), ct);

    /// <summary>Strategies in their versions, of one portfolio or of all.</summary>
    public static Task<IReadOnlyList<StrategyView>> GetStrategiesAsync(string? portfolio, ReadModels models, CancellationToken ct) => models.StrategiesAsync(portfolio, ct);

    /// <summary>Each read model and how far it has followed the log.</summary>
    public static Task<IReadOnlyList<ProjectionStatus>> GetReadModelsAsync(ProjectionHost projections, CancellationToken ct) => projections.StatusAsync(ct);
}
