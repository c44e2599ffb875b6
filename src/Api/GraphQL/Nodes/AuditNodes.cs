using System.Text.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Projections.Audit;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;

#pragma warning disable MA0048 // an event and what it hangs on

namespace EventSourcedTrading.Api.GraphQL.Nodes;

[ObjectType<AuditRow>]
[GraphQLName("Event")]
[GraphQLDescription("An event of the log.")]
public static class EventNode
{
    public static async Task<Guid?> GetIdAsync([Parent] AuditRow of, EventsByPosition events, CancellationToken ct) => (await events.LoadAsync(of.Position, ct))?.Id;

    /// <summary>All that it says, as the log has it: with references in the place of persons.</summary>
    public static async Task<JsonElement?> GetDataAsync([Parent] AuditRow of, EventsByPosition events, CancellationToken ct) =>
        await events.LoadAsync(of.Position, ct) is { } e ? JsonElement.Parse(e.Data.Span) : null;

    public static async Task<JsonElement?> GetHeadersAsync([Parent] AuditRow of, EventsByPosition events, CancellationToken ct) =>
        await events.LoadAsync(of.Position, ct) is { Headers.Length: > 0 } e ? JsonElement.Parse(e.Headers.Span) : null;

    /// <summary>Whose word it was: a person by name, as far as it is known, or a part of the platform.</summary>
    public static Task<string?> GetActorAsync([Parent] AuditRow of, PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.Actor, ct);

    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<string> GetAgents([Parent] AuditRow of) => of.Agents;

    public static async Task<OrderView?> GetOrderAsync([Parent] AuditRow of, OrdersById orders, CancellationToken ct) => of.OrderId is null ? null : await orders.LoadAsync(of.OrderId, ct);

    public static async Task<DecisionView?> GetDecisionAsync([Parent] AuditRow of, DecisionsById decisions, CancellationToken ct) => of.DecisionId is null ? null : await decisions.LoadAsync(of.DecisionId, ct);
}

[ObjectType<CausalTree>]
[GraphQLName("CausalTree")]
[GraphQLDescription("What caused an event, or what it caused.")]
public static class CausalTreeNode
{
    /// <summary>Each directly behind its parent or behind what hangs on its elder siblings: drawn line by line, it is the tree.</summary>
    [ListSize(AssumedSize = 50)]
    public static IReadOnlyList<CausalNode> GetNodes([Parent] CausalTree of) => of.Nodes;
}

[ObjectType<TapeInput>(IgnoreProperties = [nameof(TapeInput.TapeSeq)])]
[GraphQLName("TapeInput")]
[GraphQLDescription("An input as the tape has it.")]
public static class TapeInputNode
{
    /// <summary>The place of its tape in the log.</summary>
    [GraphQLType("Position")]
    public static long GetTapePosition([Parent] TapeInput of) => of.TapeSeq;
}
