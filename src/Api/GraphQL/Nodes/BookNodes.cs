using System.Text.Json;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;

#pragma warning disable MA0048 // small ones, read together

namespace EventSourcedTrading.Api.GraphQL.Nodes;

[ObjectType<PositionView>]
[GraphQLName("InstrumentPosition")]
[GraphQLDescription("What a portfolio holds of an instrument. Money is in `currency`, or in `baseCurrency` where the name ends in Base; null where it rests on a price or rate that is not known.")]
public static class PositionNode;

[ObjectType<AgentPositionView>]
[GraphQLName("AgentPosition")]
[GraphQLDescription("An agent's part of a position, at its own average cost.")]
public static class AgentPositionNode;

[ObjectType<CashView>]
[GraphQLName("Cash")]
[GraphQLDescription("Money of one currency: what was paid in or out, traded and paid in fees.")]
public static class CashNode;

[ObjectType<EquityView>]
[GraphQLName("Equity")]
public static class EquityNode;

[ObjectType<PortfolioProfitView>]
[GraphQLName("Profit")]
public static class ProfitNode;

[ObjectType<StrategyProfitView>]
[GraphQLName("AgentProfit")]
public static class AgentProfitNode;

[ObjectType<DailyProfitView>]
[GraphQLName("DailyProfit")]
[GraphQLDescription("Profit of a trading day; net is realised less fees and what unrealised grew by.")]
public static class DailyProfitNode;

[ObjectType<KillSwitchView>]
[GraphQLName("KillSwitch")]
public static class KillSwitchNode
{
    public static Task<string?> GetActorAsync([Parent] KillSwitchView of, PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.Actor, ct);
}

[ObjectType<StrategyView>]
[GraphQLName("Strategy")]
[GraphQLDescription("A strategy in one version, as an agent of a portfolio.")]
public static class StrategyNode
{
    /// <summary>What it sees and trades; empty for all of the portfolio.</summary>
    [ListSize(AssumedSize = 20)]
    public static IReadOnlyList<string> GetInstruments([Parent] StrategyView of) => Json.ListOf<string>(of.Instruments);

    public static JsonElement? GetParameters([Parent] StrategyView of) => Json.Of(of.Parameters);

    public static Task<string?> GetActorAsync([Parent] StrategyView of, PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.Actor, ct);
}

/// <param name="Key">The instrument, bucket, currency or agent; null for the whole portfolio.</param>
public sealed record KeyedExposure(string? Key, decimal Long, decimal Short, decimal Gross, decimal Net, decimal WorstGross, decimal WorstNet)
{
    internal static KeyedExposure Of(string? key, Exposure e) => new(key, e.Long, e.Short, e.Gross, e.Net, e.Worst, e.WorstNet);
}

[ObjectType<KeyedExposure>]
[GraphQLName("Exposure")]
[GraphQLDescription("Value at mark in base currency. Worst: the largest that open orders could lead to.")]
public static class ExposureNode;

[ObjectType<PortfolioRisk>(IgnoreProperties = [nameof(PortfolioRisk.Exposures)])]
[GraphQLName("Risk")]
[GraphQLDescription("What a portfolio is exposed to at one moment, in base currency, with open orders at their worst.")]
public static class RiskNode
{
    public static string GetBaseCurrency([Parent] PortfolioRisk of) => of.Exposures.BaseCurrency;
    public static decimal GetEquity([Parent] PortfolioRisk of) => of.Exposures.Equity;
    public static decimal GetProfitToday([Parent] PortfolioRisk of) => of.Exposures.ProfitToday;

    /// <summary>Highest equity that a drawdown counts from; null where none is limited.</summary>
    public static decimal? GetPeak([Parent] PortfolioRisk of) => of.Exposures.Peak;

    public static int GetOpenOrders([Parent] PortfolioRisk of) => of.Exposures.OpenOrders;
    public static KeyedExposure GetWhole([Parent] PortfolioRisk of) => KeyedExposure.Of(null, of.Exposures.Whole);

    [ListSize(AssumedSize = 50)]
    public static IEnumerable<KeyedExposure> GetByInstrument([Parent] PortfolioRisk of) => Keyed(of.Exposures.ByInstrument);

    [ListSize(AssumedSize = 10)]
    public static IEnumerable<KeyedExposure> GetByBucket([Parent] PortfolioRisk of) => Keyed(of.Exposures.ByBucket);

    [ListSize(AssumedSize = 5)]
    public static IEnumerable<KeyedExposure> GetByCurrency([Parent] PortfolioRisk of) => Keyed(of.Exposures.ByCurrency);

    /// <summary>By what agents hold and have asked for. Their shares can offset each other, so these do not sum to the whole.</summary>
    [ListSize(AssumedSize = 20)]
    public static IEnumerable<KeyedExposure> GetByAgent([Parent] PortfolioRisk of) => Keyed(of.Exposures.ByAgent);

    private static IEnumerable<KeyedExposure> Keyed(IReadOnlyDictionary<string, Exposure> exposures) => exposures.Select(e => KeyedExposure.Of(e.Key, e.Value));
}
