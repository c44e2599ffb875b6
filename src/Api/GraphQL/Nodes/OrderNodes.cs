using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;

#pragma warning disable MA0048 // an order and what hangs on it

namespace EventSourcedTrading.Api.GraphQL.Nodes;

[ObjectType<OrderView>]
[GraphQLName("Order")]
[GraphQLDescription("One instruction to a broker, with its state and what was filled of it.")]
public static class OrderNode
{
    /// <summary>Every rule's verdict when it was approved or blocked.</summary>
    [ListSize(AssumedSize = 20)]
    public static IReadOnlyList<RiskCheck> GetChecks([Parent] OrderView of) => Json.ListOf<RiskCheck>(of.Checks);

    /// <summary>Which agent has which part of it.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<Allocation> GetAllocation([Parent] OrderView of) => Json.ListOf<Allocation>(of.Allocation);

    /// <summary>What it comes from; of an exit that the engine placed behind a fill, what its entry came from. Null only while that read model has not come so far.</summary>
    public static Task<DecisionView?> GetDecisionAsync([Parent] OrderView of, DecisionsById decisions, CancellationToken ct) => decisions.LoadAsync(of.DecisionId, ct);

    /// <summary>Its executions, oldest first. (`fills` is their number.)</summary>
    [ListSize(AssumedSize = 5)]
    public static async Task<IReadOnlyList<FillView>> GetExecutionsAsync([Parent] OrderView of, FillsByOrder fills, CancellationToken ct) => await fills.LoadAsync(of.OrderId, ct) ?? [];

    /// <summary>Limits that stood in its way, or nearly.</summary>
    [ListSize(AssumedSize = 2)]
    public static async Task<IReadOnlyList<ViolationView>> GetViolationsAsync([Parent] OrderView of, ViolationsByOrder violations, CancellationToken ct) => await violations.LoadAsync(of.OrderId, ct) ?? [];
}

[ObjectType<FillView>]
[GraphQLName("Fill")]
[GraphQLDescription("One execution of an order, and what it did to the book.")]
public static class FillNode
{
    /// <summary>The same, per agent.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<Domain.Orders.ExecutionShare> GetShares([Parent] FillView of) => Json.ListOf<Domain.Orders.ExecutionShare>(of.Shares);

    /// <summary>Null only while that read model has not come so far.</summary>
    public static Task<OrderView?> GetOrderAsync([Parent] FillView of, OrdersById orders, CancellationToken ct) => orders.LoadAsync(of.OrderId, ct);
}

[ObjectType<DecisionView>]
[GraphQLName("Decision")]
[GraphQLDescription("What the meta-agent made of a round, with all that it rested on.")]
public static class DecisionNode
{
    /// <summary>Every vote, by agent.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<Vote> GetVotes([Parent] DecisionView of) => Json.ListOf<Vote>(of.Votes);

    /// <summary>Active agents that said nothing in this round.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<string> GetAbstained([Parent] DecisionView of) => Json.ListOf<string>(of.Abstained);

    /// <summary>Active agents for which the round did not wait any longer.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<string> GetAbsent([Parent] DecisionView of) => Json.ListOf<string>(of.Absent);

    /// <summary>Who gets which part of the quantity.</summary>
    [ListSize(AssumedSize = 5)]
    public static IReadOnlyList<Allocation> GetAllocation([Parent] DecisionView of) => Json.ListOf<Allocation>(of.Allocation);

    /// <summary>The verdicts that blocked the order.</summary>
    [ListSize(AssumedSize = 3)]
    public static IReadOnlyList<RiskCheck> GetFailedRules([Parent] DecisionView of) => Json.ListOf<RiskCheck>(of.FailedRules);

    /// <summary>The person who overrode it.</summary>
    public static Task<string?> GetOverriddenByAsync([Parent] DecisionView of, Privacy.PersonDirectory persons, CancellationToken ct) => People.NamedAsync(persons, of.OverriddenBy, ct);

    /// <summary>The order that was asked for, approved or blocked; null for hold.</summary>
    public static async Task<OrderView?> GetOrderAsync([Parent] DecisionView of, OrdersById orders, CancellationToken ct) => of.OrderId is null ? null : await orders.LoadAsync(of.OrderId, ct);

    /// <summary>The order that was asked for and the exits that the engine placed behind its fills, oldest first; none for hold.</summary>
    [ListSize(AssumedSize = 3)]
    public static async Task<IReadOnlyList<OrderView>> GetOrdersAsync([Parent] DecisionView of, OrdersByDecision orders, CancellationToken ct) => await orders.LoadAsync(of.DecisionId, ct) ?? [];

    /// <summary>Limits that stood in its way, or nearly.</summary>
    [ListSize(AssumedSize = 2)]
    public static async Task<IReadOnlyList<ViolationView>> GetViolationsAsync([Parent] DecisionView of, ViolationsByDecision violations, CancellationToken ct) => await violations.LoadAsync(of.DecisionId, ct) ?? [];
}

[ObjectType<ViolationView>]
[GraphQLName("Violation")]
[GraphQLDescription("A limit that was hit, or nearly so.")]
public static class ViolationNode
{
    public static async Task<OrderView?> GetOrderAsync([Parent] ViolationView of, OrdersById orders, CancellationToken ct) => of.OrderId is null ? null : await orders.LoadAsync(of.OrderId, ct);

    public static async Task<DecisionView?> GetDecisionAsync([Parent] ViolationView of, DecisionsById decisions, CancellationToken ct) => of.DecisionId is null ? null : await decisions.LoadAsync(of.DecisionId, ct);
}
