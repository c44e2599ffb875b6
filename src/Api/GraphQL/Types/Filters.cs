using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.Types;

#pragma warning disable MA0048 // the inputs of one argument are read together

namespace EventSourcedTrading.Api.GraphQL.Types;

// All conditions of a filter must hold. Only what an index serves can be asked for.

/// <summary>A condition on a text.</summary>
[GraphQLName("StringOperationFilter")]
public sealed record TextFilter(string? Eq = null, IReadOnlyList<string>? In = null);

/// <summary>A condition on a word of a list.</summary>
[GraphQLName("OperationFilter")]
public sealed record WordFilter<T>(T? Eq = null, IReadOnlyList<T>? In = null) where T : struct, Enum;

/// <summary>A condition on a time.</summary>
[GraphQLName("DateTimeOperationFilter")]
public sealed record TimeFilter(Timestamp? Gt = null, Timestamp? Gte = null, Timestamp? Lt = null, Timestamp? Lte = null);

/// <summary>A condition on a place in the log.</summary>
[GraphQLName("PositionOperationFilter")]
public sealed record PositionFilter(
    [GraphQLType("Position")] long? Gt = null, [GraphQLType("Position")] long? Gte = null, [GraphQLType("Position")] long? Lt = null, [GraphQLType("Position")] long? Lte = null);

/// <summary>A condition on who has a part in it.</summary>
[GraphQLName("AgentOperationFilter")]
public sealed record AgentFilter([GraphQLDescription("A strategy in a version, such as `ada@1.0.0`.")] string Eq);

public sealed record OrderFilter(
    TextFilter? Portfolio = null, TextFilter? Instrument = null, WordFilter<OrderState>? State = null, TextFilter? DecisionId = null, TimeFilter? AsOf = null, PositionFilter? FirstPosition = null);

public sealed record FillFilter(
    TextFilter? Portfolio = null, TextFilter? Instrument = null, TextFilter? OrderId = null, [GraphQLDescription("Fills of which this agent has a share.")] AgentFilter? Agent = null,
    TimeFilter? AsOf = null, PositionFilter? Position = null);

public sealed record DecisionFilter(
    TextFilter? Portfolio = null, TextFilter? Instrument = null, WordFilter<DecisionAction>? Action = null, TextFilter? OrderId = null,
    [GraphQLDescription("Decisions in which this agent voted.")] AgentFilter? Agent = null, TimeFilter? AsOf = null, PositionFilter? Position = null);

public sealed record ViolationFilter(
    TextFilter? Portfolio = null, TextFilter? Instrument = null, TextFilter? Rule = null, WordFilter<ViolationKind>? Kind = null, TimeFilter? AsOf = null, PositionFilter? Position = null);

public sealed record BreakFilter(TextFilter? Portfolio = null, TextFilter? Broker = null, WordFilter<BreakKind>? Kind = null, PositionFilter? Position = null);

public enum SortEnumType
{
    Asc,
    Desc,
}

/// <summary>By what a list is in order; without it, newest first.</summary>
[OneOf]
[GraphQLName("FeedSort")]
public sealed record FeedSort([GraphQLDescription("By the place in the log where it began.")] SortEnumType? Position = null, [GraphQLDescription("By market time.")] SortEnumType? AsOf = null);

/// <summary>Filters of GraphQL as conditions of the read models.</summary>
internal static class Conditions
{
    public static IEnumerable<FieldFilter> Of(string field, TextFilter? filter) => Of(field, filter?.Eq, filter?.In);

    public static IEnumerable<FieldFilter> Of(string field, AgentFilter? filter) => Of(field, filter?.Eq, null);

    public static IEnumerable<FieldFilter> Of<T>(string field, WordFilter<T>? filter) where T : struct, Enum => Of(field, filter?.Eq, filter?.In);

    public static IEnumerable<FieldFilter> Of(string field, TimeFilter? filter) => Range(field, filter?.Gt, filter?.Gte, filter?.Lt, filter?.Lte);

    public static IEnumerable<FieldFilter> Of(string field, PositionFilter? filter) => Range(field, filter?.Gt, filter?.Gte, filter?.Lt, filter?.Lte);

    private static IEnumerable<FieldFilter> Of(string field, object? equal, object? among)
    {
        if (equal is not null) yield return new FieldFilter(field, FilterOperator.Eq, equal);
        if (among is not null) yield return new FieldFilter(field, FilterOperator.In, among);
    }

    private static IEnumerable<FieldFilter> Range(string field, object? gt, object? gte, object? lt, object? lte)
    {
        if (gt is not null) yield return new FieldFilter(field, FilterOperator.Gt, gt);
        if (gte is not null) yield return new FieldFilter(field, FilterOperator.Gte, gte);
        if (lt is not null) yield return new FieldFilter(field, FilterOperator.Lt, lt);
        if (lte is not null) yield return new FieldFilter(field, FilterOperator.Lte, lte);
    }
}
