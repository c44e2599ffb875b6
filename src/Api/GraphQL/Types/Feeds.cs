using EventSourcedTrading.Projections.Reading;
using HotChocolate.Types.Pagination;

namespace EventSourcedTrading.Api.GraphQL.Types;

/// <summary>Stretches of the read models' feeds as connections.</summary>
internal static class Feeds
{
    /// <param name="place">The field with the place in the log, by which a feed is in order unless something else is asked for.</param>
    /// <exception cref="HotChocolate.GraphQLException">Arguments that contradict each other.</exception>
    public static async Task<Connection<T>> ConnectAsync<T>(
        ReadModels models, PagingArguments paging, FeedSort? order, string place, IEnumerable<FieldFilter> where, CancellationToken ct) where T : class
    {
        var (limit, fromEnd) = paging.Size();
        IReadOnlyList<FieldFilter> filters = [.. where];
        var (field, direction) = order?.AsOf is { } byTime ? ("asOf", byTime) : (place, order?.Position ?? SortEnumType.Desc);
        var slice = await models.SliceAsync<T>(new SliceRequest(filters, field, direction == SortEnumType.Desc, paging.After, paging.Before, limit, fromEnd), ct);
        var edges = slice.Items.Zip(slice.Cursors, (item, cursor) => new Edge<T>(item, cursor)).ToList();
        return new Connection<T>(edges, new ConnectionPageInfo(slice.HasNext, slice.HasPrevious, edges.Count > 0 ? edges[0].Cursor : null, edges.Count > 0 ? edges[^1].Cursor : null))
        {
            Count = async token => await models.CountAsync<T>(filters, token) is var count && count <= ReadModels.MaxCount ? count : null,
        };
    }

    public static IEnumerable<FieldFilter> Only(string field, object value) => [new FieldFilter(field, FilterOperator.Eq, value)];
}
