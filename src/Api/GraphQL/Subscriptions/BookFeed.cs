using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EventSourcedTrading.Projections.Reading;

namespace EventSourcedTrading.Api.GraphQL.Subscriptions;

/// <summary>
/// What portfolios hold and have earned, whenever that has changed. A look at a portfolio is shared by all who watch it; between two looks
/// only the last state counts, so who is slow is told less often, never late.
/// </summary>
public sealed class BookFeed(ReadModels models, ReadModelProgress progress, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, (long Position, Task<BookMessage> Book)> looks = new(StringComparer.Ordinal);

    /// <param name="after">Nothing before the read model has come beyond this place; null for the present state at once.</param>
    public async IAsyncEnumerable<BookMessage> FollowAsync(string portfolio, long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Every, time);
        BookMessage? last = null;
        var seen = after ?? -1;
        do
        {
            var at = await progress.NowAsync("book", ct);
            if (at <= seen) continue;
            seen = at;
            var book = await LookAsync(portfolio, at).WaitAsync(ct);
            if (last is not null && Same(last, book)) continue;
            last = book;
            yield return book;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private Task<BookMessage> LookAsync(string portfolio, long at) => looks.AddOrUpdate(
        portfolio, _ => (at, ReadAsync(portfolio, at)), (_, known) => known.Position >= at && !known.Book.IsFaulted ? known : (at, ReadAsync(portfolio, at))).Book;

    private async Task<BookMessage> ReadAsync(string portfolio, long at)
    {
        // Not older than the place that is told; what is newer will be told again.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        var (positions, profit, equity) = (models.PositionsAsync(portfolio, limit.Token), models.ProfitByPortfolioAsync(portfolio, limit.Token), models.EquityAsync(portfolio, limit.Token));
        return new BookMessage(at, portfolio, await positions, (await profit).FirstOrDefault(), (await equity).FirstOrDefault());
    }

    private static bool Same(BookMessage a, BookMessage b) => a.Profit == b.Profit && a.Equity == b.Equity && a.Positions.SequenceEqual(b.Positions);
}
