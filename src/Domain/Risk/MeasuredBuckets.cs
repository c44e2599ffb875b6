using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>
/// Buckets by what prices did: at fixed steps of market time the marks are sampled, and when a trading day opens, instruments whose
/// returns correlated that strongly, either way, are put into one bucket, directly or through others (single linkage; Mantegna 1999,
/// "Hierarchical structure in financial markets"). Its limit is the lowest that any of its instruments brings along.
/// </summary>
/// <param name="Correlation">Pearson's, in absolute value, above 0 to 1.</param>
/// <param name="Samples">Returns that are looked at, 10 to 500; an instrument with fewer stays where its terms say.</param>
/// <param name="StepSeconds">Market time between samples, 1 to 86,400.</param>
public sealed record MeasuredBuckets(decimal Correlation, int Samples, int StepSeconds)
{
    public string? Validate() =>
        Correlation is <= 0m or > 1m ? $"measuredBuckets.correlation {Correlation} must be above 0 and at most 1"
        : Samples is < 10 or > 500 ? $"measuredBuckets.samples {Samples} must be 10 to 500"
        : StepSeconds is < 1 or > 86_400 ? $"measuredBuckets.stepSeconds {StepSeconds} must be 1 to 86400" : null;

    /// <summary>Instruments and their measured buckets; those that correlate with nothing are not in it. Ordinal order decides the names.</summary>
    public SortedDictionary<string, string> Form(PriceSamples samples)
    {
        List<(string Instrument, double[] Returns)> series = [];
        foreach (var (instrument, prices) in samples.Prices)
            if (Standardised(prices) is { } returns) series.Add((instrument, returns));

        var first = new int[series.Count];
        for (var i = 0; i < first.Length; i++) first[i] = i;
        var bound = (double)Correlation;
        for (var i = 0; i < first.Length; i++)
            for (var j = i + 1; j < first.Length; j++)
                if (First(i) != First(j) && Math.Abs(Dot(series[i].Returns, series[j].Returns)) >= bound) Join(i, j);

        SortedDictionary<string, string> formed = new(StringComparer.Ordinal);
        for (var i = 0; i < first.Length; i++)
        {
            if (First(i) == i) continue;
            var name = $"measured:{series[First(i)].Instrument}";
            formed[series[First(i)].Instrument] = name;
            formed[series[i].Instrument] = name;
        }

        return formed;

        int First(int i) => first[i] == i ? i : first[i] = First(first[i]);

        void Join(int i, int j)
        {
            var (a, b) = (First(i), First(j));
            first[Math.Max(a, b)] = Math.Min(a, b);
        }
    }

    /// <summary>Returns less their mean, scaled to length one, so that a dot product is a correlation. Null if there are too few, or prices stood still.</summary>
    private double[]? Standardised(Queue<decimal> prices)
    {
        if (prices.Count <= Samples) return null;
        var returns = new double[Samples];
        var (i, before, sum) = (0, 0.0, 0.0);
        foreach (var price in prices)
        {
            var now = (double)price;
            if (before > 0) sum += returns[i++] = (now / before) - 1;
            before = now;
        }

        var (mean, squares) = (sum / Samples, 0.0);
        for (i = 0; i < Samples; i++) squares += (returns[i] -= mean) * returns[i];
        if (squares <= 0) return null;
        var length = Math.Sqrt(squares);
        for (i = 0; i < Samples; i++) returns[i] /= length;
        return returns;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}

/// <summary>The marks of every instrument at the latest steps of market time.</summary>
public sealed class PriceSamples
{
    public NamedMap<Queue<decimal>> Prices { get; private set; } = new();
    public Timestamp Next { get; private set; } = Timestamp.MinValue;

    /// <summary>Samples what has a price by now, if a step is due. A series begins when its instrument is first priced and has no holes.</summary>
    public void Take(Timestamp time, MeasuredBuckets settings, ReadOnlySpan<InstrumentBook> books)
    {
        if (time < Next) return;
        var step = settings.StepSeconds * 1_000_000L;
        Next = new Timestamp(((time.UnixMicros / step) + 1) * step);
        foreach (var book in books)
        {
            var mark = book.Market.Mark;
            if (mark <= 0m) continue;
            if (!Prices.TryGetValue(book.Instrument.Id, out var prices)) Prices[book.Instrument.Id] = prices = new Queue<decimal>();
            prices.Enqueue(mark);
            while (prices.Count > settings.Samples + 1) prices.Dequeue();
        }
    }

    public void Clear()
    {
        Prices = new();
        Next = Timestamp.MinValue;
    }

    public PriceSamplesSnapshot Snapshot() => new(Next, [.. Prices.Select(p => new PriceSeriesSnapshot(p.Key, [.. p.Value]))]);

    public void Restore(PriceSamplesSnapshot snapshot)
    {
        Next = snapshot.Next;
        foreach (var series in snapshot.Series) Prices[series.Instrument] = new Queue<decimal>(series.Prices);
    }
}

public sealed record PriceSamplesSnapshot(Timestamp Next, IReadOnlyList<PriceSeriesSnapshot> Series);

public sealed record PriceSeriesSnapshot(string Instrument, IReadOnlyList<decimal> Prices);
