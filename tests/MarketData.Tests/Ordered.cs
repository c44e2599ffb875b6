using EventSourcedTrading.Domain.Signals;

namespace EventSourcedTrading.MarketData.Tests;

internal static class Ordered
{
    /// <summary>Reads all, checks every promise of <see cref="IMarketDataSource.Read"/>, and tells how many there were.</summary>
    public static long Count(IMarketDataSource source)
    {
        var known = source.Instruments.ToDictionary(i => i.Id);
        Signal? last = null;
        foreach (var signal in source.Read())
        {
            Assert.Null(signal.Validate());
            Assert.Equal(source.Name, signal.Feed);
            Assert.Equal((last?.Sequence ?? 0) + 1, signal.Sequence);
            Assert.True(known.ContainsKey(signal.Instrument));
            if (last is not null)
            {
                Assert.True(last.Time <= signal.Time);
                Assert.Equal(last.Time < signal.Time, last.SliceEnd);
                if (last.Time == signal.Time)
                    Assert.True((last.Kind, string.CompareOrdinal(last.Instrument, signal.Instrument)) is var (kind, order)
                        && (kind < signal.Kind || (kind == signal.Kind && order <= 0)));
            }

            last = signal;
        }

        Assert.True(last?.SliceEnd ?? true);
        return last?.Sequence ?? 0;
    }
}
