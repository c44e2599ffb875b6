using EventSourcedTrading.Projections.Reading;

namespace EventSourcedTrading.Api.Live;

/// <summary>The book as of now, for all who follow it: one look serves everybody who asks soon after, and takes rows only if the read model has moved.</summary>
/// <param name="every">How often those who follow ask; half of that is how old a look may be.</param>
public sealed class BookWatch(ReadModels models, TimeProvider time, TimeSpan every)
{
    private readonly Lock gate = new();
    private Task<BookView>? look;
    private BookView? last;
    private long lookedAt;

    public TimeSpan Every { get; } = every;

    /// <summary>The same object as before while the read model stands where it stood. A look that failed has failed for all who share it.</summary>
    public Task<BookView> NowAsync(CancellationToken ct)
    {
        lock (gate)
        {
            if (look is null || (look.IsCompleted && time.GetElapsedTime(lookedAt) >= Every / 2)) (lookedAt, look) = (time.GetTimestamp(), LookAsync());
            return look.WaitAsync(ct);
        }
    }

    private async Task<BookView> LookAsync() => last = await models.BookAsync(last?.Position) ?? last!;
}
