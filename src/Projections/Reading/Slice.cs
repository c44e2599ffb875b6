namespace EventSourcedTrading.Projections.Reading;

/// <summary>In: one of a list, of at most <see cref="SliceRequest.MaxValues"/>.</summary>
public enum FilterOperator { Eq, In, Gt, Gte, Lt, Lte }

/// <param name="Field">A member of the view's record in camelCase, one of <see cref="ReadFields.Filters{T}"/>.</param>
/// <param name="Value">Of the member's type; for <see cref="FilterOperator.In"/> an enumeration of them. What has no order knows only Eq and In.</param>
public sealed record FieldFilter(string Field, FilterOperator Operator, object Value);

/// <summary>A stretch of a list, as a Relay connection asks for it.</summary>
/// <param name="Filters">All must hold; at most <see cref="MaxFilters"/>.</param>
/// <param name="OrderBy">One of <see cref="ReadFields.Orders{T}"/>; what is equal there is ordered by its place in the log.</param>
/// <param name="After">Only what comes behind this cursor in the order.</param>
/// <param name="Before">Only what comes ahead of this cursor in the order.</param>
/// <param name="Limit">1 to <see cref="ReadModels.MaxPage"/>.</param>
/// <param name="FromEnd">The last items of the stretch instead of the first; they come in the same order.</param>
public sealed record SliceRequest(
    IReadOnlyList<FieldFilter> Filters, string OrderBy, bool Descending, string? After, string? Before, int Limit, bool FromEnd = false)
{
    public const int MaxFilters = 20;
    public const int MaxValues = 100;
}

/// <param name="Cursors">One for each item; good for this ordering only, under any filters.</param>
/// <param name="HasNext">There is more behind the last item.</param>
/// <param name="HasPrevious">There is more ahead of the first item. What a cursor points at counts as being there.</param>
public sealed record Slice<T>(IReadOnlyList<T> Items, IReadOnlyList<string> Cursors, bool HasNext, bool HasPrevious);

/// <summary>A stretch or count that cannot be asked for so.</summary>
/// <param name="field">The part of the question that is wrong: a field of the view, or orderBy, after, before, limit or filters.</param>
public sealed class SliceException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
