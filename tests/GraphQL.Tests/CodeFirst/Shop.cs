using System.Runtime.CompilerServices;
using GreenDonut;
using HotChocolate;
using HotChocolate.Authorization;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;
using HotChocolate.Types.Pagination;

#pragma warning disable MA0048 // one sample

namespace EventSourcedTrading.GraphQL.Tests.CodeFirst;

public enum Shelf
{
    TopLeft,
    [GraphQLDeprecated("flooded")] Cellar,
}

public sealed record Author(string Name, int? Born);

/// <summary>What is sold.</summary>
public sealed record Book(int Id, string Title, int AuthorId, Shelf Shelf, IReadOnlyList<string?> Remarks, string Secret);

public sealed record BookFilter(string? Title = null, IReadOnlyList<Shelf>? Shelves = null, int AtLeast = 0);

[OneOf]
public sealed record BookKey(int? Id = null, string? Title = null);

public sealed class Store
{
    public List<Book> Books { get; } =
        [new(1, "Faust", 1, Shelf.TopLeft, ["old", null], "x"), new(2, "Emma", 2, Shelf.Cellar, [], "x"), new(3, "Urfaust", 1, Shelf.TopLeft, [], "x")];

    public List<string> Asked { get; } = [];
}

public sealed class AuthorsById(Store store, IBatchScheduler scheduler) : BatchDataLoader<int, Author>(scheduler)
{
    protected override Task<IReadOnlyDictionary<int, Author>> LoadBatchAsync(IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        store.Asked.Add(string.Join(',', keys));
        return Task.FromResult<IReadOnlyDictionary<int, Author>>(new Dictionary<int, Author> { [1] = new("Goethe", 1749), [2] = new("Austen", null) });
    }
}

[ObjectType<Book>(IgnoreProperties = [nameof(Book.Secret), nameof(Book.AuthorId)])]
[GraphQLName("Volume")]
public static class BookNode
{
    [ListSize(AssumedSize = 3)]
    public static IReadOnlyList<string?> GetRemarks([Parent] Book of) => of.Remarks;

    public static Task<Author?> GetAuthorAsync([Parent] Book of, AuthorsById authors, CancellationToken ct) => authors.LoadAsync(of.AuthorId, ct);

    [Authorize("owner")]
    public static string GetMargin([Parent] Book of) => $"margin of {of.Title}";
}

[QueryType]
public static class ShopQueries
{
    public static Connection<Book> GetBooks(Store store, PagingArguments paging, BookFilter? where)
    {
        var (limit, _) = paging.Size();
        var found = store.Books.Where(b => (where?.Title is null || b.Title == where.Title) && where?.Shelves?.Contains(b.Shelf) != false && b.Id >= (where?.AtLeast ?? 0)).Take(limit).ToList();
        return new Connection<Book>([.. found.Select(b => new Edge<Book>(b, $"c{b.Id}"))], new ConnectionPageInfo(false, false, null, null)) { Count = _ => Task.FromResult<int?>(store.Books.Count) };
    }

    public static async Task<Book?> GetBookAsync(BookKey key, Store store)
    {
        await Task.Yield();
        return store.Books.Find(b => b.Id == key.Id || b.Title == key.Title);
    }

    public static string Greet([GlobalState("user")] string user, string greeting = "Hello", int times = 1) => string.Concat(Enumerable.Repeat($"{greeting}, {user}! ", times)).Trim();
}

[SubscriptionType]
public static class ShopSubscriptions
{
    [Subscribe(With = nameof(Count))]
    public static int GetTicks([EventMessage] int tick, int from) => tick;

    public static async IAsyncEnumerable<int> Count(int from, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var i = from; i < from + 3; i++)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return i;
        }
    }
}
