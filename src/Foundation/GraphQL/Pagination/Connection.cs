namespace HotChocolate.Types.Pagination;

/// <summary>A stretch of a list (Relay's cursor connections).</summary>
/// <param name="Edges">Items with their cursors.</param>
public sealed record Connection<T>(IReadOnlyList<Edge<T>> Edges, ConnectionPageInfo PageInfo) : ICountable where T : notnull
{
    /// <summary>The items alone.</summary>
    public IEnumerable<T> Nodes => Edges.Select(e => e.Node);

    /// <summary>How many items the list has, asked only where a client wants to know; null where they are not counted.</summary>
    [GraphQLIgnore]
    public Func<CancellationToken, Task<int?>>? Count { get; init; }
}

internal interface ICountable
{
    Func<CancellationToken, Task<int?>>? Count { get; }
}

/// <param name="Cursor">Ask with it as <c>after</c> or <c>before</c> for what lies there.</param>
public sealed record Edge<T>(T Node, string Cursor) where T : notnull;

/// <param name="HasNextPage">There is more behind the last edge.</param>
/// <param name="HasPreviousPage">There is more before the first edge.</param>
/// <param name="StartCursor">Of the first edge; null if there is none.</param>
/// <param name="EndCursor">Of the last edge; null if there is none.</param>
[GraphQLName("PageInfo")]
public sealed record ConnectionPageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);

/// <summary>Which stretch is asked for. A parameter of this type gives a field the arguments <c>first</c>, <c>after</c>, <c>last</c> and <c>before</c>.</summary>
public sealed record PagingArguments(int? First, string? After, int? Last, string? Before)
{
    public const int DefaultPageSize = 50, MaxPageSize = 500;

    /// <summary>How many items, and whether from the end of the list.</summary>
    /// <exception cref="GraphQLException">The arguments contradict each other, or ask for too much.</exception>
    public (int Limit, bool FromEnd) Size()
    {
        if (First is not null && Last is not null) throw Wrong("first and last are both there; ask with one of them");
        var (name, size) = Last is { } last ? ("last", last) : ("first", First ?? DefaultPageSize);
        return size is >= 1 and <= MaxPageSize ? (size, Last is not null) : throw Wrong($"{name} {size} must be 1 to {MaxPageSize}");
    }

    private static GraphQLException Wrong(string what) => new(new Error(what, []) { Code = "BAD_PAGE" });
}
