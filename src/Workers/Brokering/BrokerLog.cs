using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Workers.Brokering;

/// <summary>
/// What the broker role puts on record: for the engine in stream broker-{portfolio}, for people in reconciliation-{broker}. Once this has
/// returned it is in the log; a crash before that loses nothing, as the broker is asked again.
/// </summary>
public sealed class BrokerLog(Platform platform, string portfolio, string broker)
{
    private readonly OptimisticAppender appends = new(platform.Reader, platform.Appender, platform.Time);
    private readonly SemaphoreSlim turn = new(1, 1);

    public string Reconciliation => $"reconciliation-{broker}";

    public Timestamp Now => Timestamp.From(platform.Time.GetUtcNow());

    public Task ReportAsync(in ExecutionReport report, CancellationToken ct) => TellAsync(new ExecutionReported(portfolio, broker, report), ct);

    /// <summary>Tells the engine, which looks at once.</summary>
    public async Task TellAsync(DomainEvent e, CancellationToken ct)
    {
        await AddAsync(BrokerSource.StreamOf(portfolio), [e], ct);
        await platform.Nats.PublishAsync(platform.Subjects.BrokerNudge(portfolio), ReadOnlyMemory<byte>.Empty, cancellationToken: ct);
    }

    public Task NoteAsync(IReadOnlyList<DomainEvent> events, CancellationToken ct) => AddAsync(Reconciliation, events, ct);

    /// <summary>All that a stream has, from the first event on.</summary>
    public async IAsyncEnumerable<(long Position, DomainEvent Event)> ReadAsync(string stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var e in platform.Reader.ReadStreamAsync(stream, ct: ct)) yield return (e.SeqId, EventJson.Deserialize(e.Type, e.Data.Span));
    }

    /// <summary>One at a time: what the broker said first is booked first.</summary>
    private async Task AddAsync(string stream, IReadOnlyList<DomainEvent> events, CancellationToken ct)
    {
        if (events.Count == 0) return;
        await turn.WaitAsync(ct);
        try
        {
            await appends.TransactAsync(null, [stream], () => Task.FromResult<IReadOnlyList<DecidedEvent>>(
                [.. events.Select(e => new DecidedEvent(stream, EventJson.AliasOf(e), EventJson.Serialize(e)))]), ct);
        }
        finally
        {
            turn.Release();
        }
    }
}
