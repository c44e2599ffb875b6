using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;

#pragma warning disable MA0048 // small ones, read together

namespace EventSourcedTrading.Api.GraphQL.Nodes;

/// <param name="Name">As docs/statistics.md has it.</param>
public sealed record Statistic(string Name, decimal Value);

[ObjectType<BacktestView>]
[GraphQLName("Backtest")]
[GraphQLDescription("A portfolio put before old or invented market data. Equal hashes, version and seed promise an equal digest.")]
public static class BacktestNode
{
    /// <summary>Agents that took part.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<string> GetStrategies([Parent] BacktestView of) => Json.ListOf<string>(of.Strategies);

    /// <summary>By name; none before it has completed.</summary>
    /// <param name="names">Only these; all if left out.</param>
    [ListSize(AssumedSize = 60)]
    public static IEnumerable<Statistic> GetStatistics([Parent] BacktestView of, IReadOnlyList<string>? names) =>
        of.Statistics is null ? [] : JsonSerializer.Deserialize<IReadOnlyDictionary<string, decimal>>(of.Statistics, EventJson.Options)!
        .Where(s => names?.Contains(s.Key) != false).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new Statistic(s.Key, s.Value));
}

[ObjectType<BreakView>]
[GraphQLName("Break")]
[GraphQLDescription("A difference between our book and a broker's.")]
public static class BreakNode
{
    public static Task<string?> GetRequestedByAsync([Parent] BreakView of, PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.RequestedBy, ct);
    public static Task<string?> GetDetailAsync([Parent] BreakView of, PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.Detail, ct);
}

[ObjectType<ReconciliationView>]
[GraphQLName("Reconciliation")]
public static class ReconciliationNode;
