using EventSourcedTrading.Domain.Clocks;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Clocks;

/// <summary>Measures the clock of this host against a time server, and puts each measurement on record.</summary>
/// <remarks>A server that does not answer is a gap in the record: it is logged and asked again, and trading goes on.</remarks>
public sealed class ClockRole(Platform platform, ClockSettings settings, string host) : IRole
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly ILogger log = platform.Logs.CreateLogger("clock");
    private readonly OptimisticAppender appends = new(platform.Reader, platform.Appender, platform.Time);
    private ClockOffsetMeasured? last;
    private long failures;

    public string Name => "clock";
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        Status = "running";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.IntervalSeconds), platform.Time);
        do
        {
            try
            {
                await MeasureAsync(ct);
            }
            catch (SntpException e)
            {
                Interlocked.Increment(ref failures);
                log.LogWarning("{Reason}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task MeasureAsync(CancellationToken ct)
    {
        var m = await Sntp.AskAsync(settings.Host, settings.Port, Timeout, platform.Time, ct);
        var measured = new ClockOffsetMeasured(
            host, settings.Source, (decimal)m.Offset.Ticks / TimeSpan.TicksPerMicrosecond, (decimal)m.Delay.Ticks / TimeSpan.TicksPerMicrosecond,
            m.Stratum, settings.IntervalSeconds, Timestamp.From(m.At));
        var stream = $"clock-{host}";
        await appends.TransactAsync(
            null, [stream], () => Task.FromResult<IReadOnlyList<DecidedEvent>>([new DecidedEvent(stream, EventJson.AliasOf(measured), EventJson.Serialize(measured))]), ct);
        last = measured;
    }

    public void WriteMetrics(PrometheusText text)
    {
        text.Counter("clock_failures_total", "Questions to the time server that brought no measurement.", Interlocked.Read(ref failures));
        if (last is not { } m) return;
        text.Family("clock_offset_seconds", "gauge", "The time server's clock less this host's, as last measured.");
        text.Sample("clock_offset_seconds", (double)m.OffsetMicros / 1e6, ("host", m.Host), ("source", m.Source));
        text.Family("clock_delay_seconds", "gauge", "Round trip of that measurement.");
        text.Sample("clock_delay_seconds", (double)m.DelayMicros / 1e6, ("host", m.Host), ("source", m.Source));
    }
}
