using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Reading;
using HotChocolate;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL.Types;

/// <summary>A moment of the past: a place in the log, or a time; then it is the last event that was on record by then.</summary>
[OneOf]
public sealed record Moment([GraphQLType("Position")] long? Position = null, Timestamp? Time = null)
{
    /// <exception cref="GraphQLException">The read models have not come so far.</exception>
    public async Task<long> InLogAsync(ReadModels models, CancellationToken ct) => Position ?? await models.PositionAtAsync(Time!.Value, ct);
}
