using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Risk.Rules;

/// <summary>
/// Largest gross exposure of a correlation bucket, in base currency: Σ |worst position| × mark × multiplier × rate over its
/// instruments, where the worst position reckons with every open order. An order that adds nothing to it passes even when the
/// market has carried the bucket over its limit: a way down must stay open.
/// </summary>
public static class BucketLimit
{
    public const string Code = "BUCKET_LIMIT";

    public static RiskCheck Check(in OrderUnderTest order, PortfolioState state)
    {
        var bucket = order.Book.Instrument.Bucket;
        var limit = state.Limits.BucketLimitOf(bucket);
        var before = 0m;
        var after = 0m;
        foreach (var book in state.Books.Values)
        {
            if (book.Instrument.Bucket != bucket) continue;
            var own = ReferenceEquals(book, order.Book);
            var worst = book.WorstPosition();
            // Most books of a bucket are empty most of the time.
            if (worst == 0m && !own) continue;
            var price = own ? order.Price : book.Market.Mark;
            var unit = price * book.Instrument.Multiplier * state.RateOf(book.Instrument.Currency);
            var exposure = worst * unit;
            before += exposure;
            after += own ? book.WorstPosition(order.Buys, order.Sells) * unit : exposure;
        }

        after = Math.Round(after, 8);
        before = Math.Round(before, 8);
        return new RiskCheck(Code, after, limit, state.BaseCurrency, limit is null || after <= limit || after <= before, $"bucket {bucket}");
    }
}
