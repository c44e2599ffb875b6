using Npgsql;

namespace EventSourcedTrading.Projections.Reading;

/// <content>Lists in stretches, by keyset: each is found by an index however far into the list it lies, and none is skipped or comes twice
/// because rows were added meanwhile.</content>
public sealed partial class ReadModels
{
    /// <summary>Where counting stops.</summary>
    public const int MaxCount = 10_000;

    /// <typeparam name="T">One of the views that <see cref="ReadFields"/> has fields of.</typeparam>
    /// <exception cref="SliceException">A filter, the order, a cursor or the limit is not possible.</exception>
    public async Task<Slice<T>> SliceAsync<T>(SliceRequest request, CancellationToken ct = default) where T : class
    {
        if (request.Limit is < 1 or > MaxPage) throw new SliceException("limit", $"limit {request.Limit} must be 1 to {MaxPage}");
        var order = ReadFields<T>.Order(request.OrderBy);
        var ordering = Cursor.Ordering(ReadFields<T>.View, order.Name, request.Descending);
        var query = new SliceQuery<T>(request.Filters);
        if (request.After is { } after) query.Beside(Cursor.Read("after", after, ordering), "after", order, !request.Descending);
        if (request.Before is { } before) query.Beside(Cursor.Read("before", before, ordering), "before", order, request.Descending);

        var items = await QueryAsync<T>(query.Rows(order, request.Descending != request.FromEnd, request.Limit + 1), ct, [.. query.Values]);
        var more = items.Count > request.Limit;
        if (more) items.RemoveAt(request.Limit);
        if (request.FromEnd) items.Reverse();
        var cursors = items.ConvertAll(item => new Cursor(ReadFields<T>.Place(item, order), ReadFields<T>.Place(item, ReadFields<T>.Key)).Write(ordering));
        var (behind, ahead) = (request.Before is not null, request.After is not null);
        return new Slice<T>(items, cursors, behind || (!request.FromEnd && more), ahead || (request.FromEnd && more));
    }

    /// <summary>How many there are under these filters; <see cref="MaxCount"/> + 1 for any number above <see cref="MaxCount"/>.</summary>
    /// <exception cref="SliceException">A filter is not possible.</exception>
    public async Task<int> CountAsync<T>(IReadOnlyList<FieldFilter> filters, CancellationToken ct = default) where T : class
    {
        var query = new SliceQuery<T>(filters);
        await using var command = source.CreateCommand(query.Count(MaxCount + 1));
        foreach (var value in query.Values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (int)(long)(await command.ExecuteScalarAsync(ct))!;
    }
}
