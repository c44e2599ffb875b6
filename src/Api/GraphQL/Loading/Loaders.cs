using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Reading;
using GreenDonut;

#pragma warning disable MA0048 // one line each

namespace EventSourcedTrading.Api.GraphQL;

// What hangs on the items of a list is asked for once for all of them.

public sealed class OrdersById(ReadModels models, IBatchScheduler scheduler) : BatchDataLoader<string, OrderView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<IReadOnlyDictionary<string, OrderView>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.OrdersByIdAsync(keys, cancellationToken);
}

public sealed class OrdersByDecision(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, OrderView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, OrderView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.OrdersByDecisionAsync(keys, cancellationToken);
}

public sealed class DecisionsById(ReadModels models, IBatchScheduler scheduler) : BatchDataLoader<string, DecisionView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<IReadOnlyDictionary<string, DecisionView>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.DecisionsByIdAsync(keys, cancellationToken);
}

public sealed class FillsByOrder(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, FillView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, FillView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.FillsByOrderAsync(keys, cancellationToken);
}

public sealed class ViolationsByOrder(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, ViolationView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, ViolationView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.ViolationsByOrderAsync(keys, cancellationToken);
}

public sealed class ViolationsByDecision(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, ViolationView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, ViolationView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.ViolationsByDecisionAsync(keys, cancellationToken);
}

public sealed class PortfoliosById(ReadModels models, IBatchScheduler scheduler) : BatchDataLoader<string, PortfolioView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<IReadOnlyDictionary<string, PortfolioView>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.PortfoliosByIdAsync(keys, cancellationToken);
}

public sealed class PositionsByPortfolio(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, PositionView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, PositionView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.PositionsByPortfolioAsync(keys, cancellationToken);
}

public sealed class CashByPortfolio(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, CashView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, CashView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.CashByPortfolioAsync(keys, cancellationToken);
}

public sealed class StrategiesByPortfolio(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, StrategyView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, StrategyView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.StrategiesByPortfolioAsync(keys, cancellationToken);
}

public sealed class ProfitByPortfolio(ReadModels models, IBatchScheduler scheduler) : BatchDataLoader<string, PortfolioProfitView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<IReadOnlyDictionary<string, PortfolioProfitView>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.ProfitsByPortfolioAsync(keys, cancellationToken);
}

public sealed class AgentPositionsByPortfolio(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, AgentPositionView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, AgentPositionView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.AgentPositionsByPortfolioAsync(keys, cancellationToken);
}

public sealed class AgentProfitByPortfolio(ReadModels models, IBatchScheduler scheduler) : GroupedDataLoader<string, StrategyProfitView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<ILookup<string, StrategyProfitView>> LoadGroupedBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.StrategyProfitByPortfolioAsync(keys, cancellationToken);
}

public sealed class EquityByPortfolio(ReadModels models, IBatchScheduler scheduler) : BatchDataLoader<string, EquityView>(scheduler, new DataLoaderOptions(ReadModels.MaxIds))
{
    protected override Task<IReadOnlyDictionary<string, EquityView>> LoadBatchAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => models.EquityByPortfolioAsync(keys, cancellationToken);
}

public sealed class EventsByPosition(EventReader log, IBatchScheduler scheduler) : BatchDataLoader<long, RecordedEvent>(scheduler, new DataLoaderOptions(1_000))
{
    protected override async Task<IReadOnlyDictionary<long, RecordedEvent>> LoadBatchAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken) =>
        (await log.FindAsync(keys, cancellationToken)).ToDictionary(e => e.SeqId);
}
