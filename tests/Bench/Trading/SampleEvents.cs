using System.Globalization;
using System.Text;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>Events of the usual size, some 460 bytes of JSON, six in a stream; numbered from 0.</summary>
public sealed class SampleEvents
{
    private const int StreamLength = 6;

    private long given;

    public static ReadOnlyMemory<byte> Data { get; } = Encoding.UTF8.GetBytes(
        $$"""{"agent":"turns@1.0.0","asOf":"2024-01-02T13:30:00.000010Z","features":{"mark":"101.125"},"instrument":"S01.XNAS","note":"{{new string('n', 270)}}","quantity":"10"}""");

    public AppendBatch Next(int size)
    {
        var batch = new PendingEvent[size];
        for (var i = 0; i < size; i++)
        {
            var (stream, version) = Place(given++);
            batch[i] = new PendingEvent(stream, version, "order_filled", EventId.For(stream, version), Data, "bench-decision-1", "bench-cause-1");
        }

        return new AppendBatch(batch, DateTimeOffset.UtcNow);
    }

    public static (string Stream, long Version) Place(long n) =>
        ($"order-bench-{(n / StreamLength).ToString(CultureInfo.InvariantCulture)}", (n % StreamLength) + 1);
}
