using System.Runtime.CompilerServices;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Projections.Reading;

namespace EventSourcedTrading.Api.GraphQL.Subscriptions;

/// <summary>What a portfolio holds and has earned, whenever that has changed. Only the last state counts, so who is slow is told less often, never late.</summary>
public sealed class BookFeed(BookWatch watch, TimeProvider time)
{
    /// <param name="after">Nothing before the read model has come beyond this place; null for the present state at once.</param>
    public async IAsyncEnumerable<BookMessage> FollowAsync(string portfolio, long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var timer = new PeriodicTimer(watch.Every, time);
        BookMessage? last = null;
        var seen = after ?? -1;
        do
        {
            var book = await watch.NowAsync(ct);
            if (book.Position <= seen) continue;
            seen = book.Position;
            var message = Of(book, portfolio);
            if (last is not null && Same(last, message)) continue;
            last = message;
            yield return message;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private static BookMessage Of(BookView book, string portfolio) => new(
        book.Position, portfolio, [.. book.Positions.Where(p => p.Portfolio == portfolio)], book.Profit.FirstOrDefault(p => p.Portfolio == portfolio), book.Equity.FirstOrDefault(e => e.Portfolio == portfolio));

    private static bool Same(BookMessage a, BookMessage b) => a.Profit == b.Profit && a.Equity == b.Equity && a.Positions.SequenceEqual(b.Positions);
}
