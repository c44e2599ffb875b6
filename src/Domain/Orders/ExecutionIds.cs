namespace EventSourcedTrading.Domain.Orders;

/// <summary>Execution ids of one order that are already in the book. Most orders have one, so the first needs no list.</summary>
public struct ExecutionIds
{
    private string? first;
    private List<string>? more;

    public readonly int Count => first is null ? 0 : 1 + (more?.Count ?? 0);

    public readonly bool Contains(string id) => first == id || more?.Contains(id) == true;

    public void Add(string id)
    {
        if (first is null) first = id;
        else (more ??= []).Add(id);
    }

    public readonly string[] ToArray() => first is null ? [] : [first, .. more ?? []];
}
