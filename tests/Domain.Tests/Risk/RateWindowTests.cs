using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class RateWindowTests
{
    [Fact]
    public void It_counts_what_is_younger_than_the_stretch_whatever_was_asked_before() => Draw.Property(100, random =>
    {
        var (window, keep) = (new RateWindow(), random.Next(1, 100));
        List<long> oracle = [];
        var now = 0L;
        for (var step = 0; step < 500; step++)
        {
            // A clock that goes on, stands still, and now and then steps back.
            now += random.Chance(0.1) ? -random.Next(3_000_000) : random.Next(1_500_000);
            if (random.Chance(0.6))
            {
                window.Add(new Timestamp(now), keep);
                oracle.Add(oracle.Count == 0 ? now : Math.Max(now, oracle[^1]));
                while (oracle.Count > keep) oracle.RemoveAt(0);
            }

            var seconds = random.Next(1, 20);
            Assert.Equal(oracle.Count(at => at > now - (seconds * 1_000_000L)), window.Within(seconds, new Timestamp(now)));
        }

        Assert.Equal(oracle, window.InOrder.Select(t => t.UnixMicros));
    });
}
