using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>
/// Fills a log as an engine would, by the same engine, batches, appender and snapshots, only without NATS: the short way to a log
/// of a million events.
/// </summary>
public sealed class LogWriter(BenchDatabase database)
{
    private const long SnapshotEvery = 100_000;

    private readonly PortfolioEngine engine = new(new PortfolioState(Desk.Portfolio), PaperVenue.Factory);
    private readonly Recovery recovery = new(new EventReader(database.App), new SnapshotStore(database.App), PaperVenue.Factory);
    private static readonly Dictionary<string, StreamPosition> NothingRead = [];
    private EngineBatch filling = new(Desk.Portfolio);
    private EngineBatch committing = new(Desk.Portfolio);

    /// <returns>How many quotes it took; the log's last one.</returns>
    public async Task<long> WriteAsync(long events, CancellationToken ct)
    {
        await using var appender = new EventAppender(database.App);
        var inputs = Desk.Opening().Concat(InputSource.Orders(Desk.Quotes())).GetEnumerator();
        Task<AppendResult>? commit = null;
        var (position, snapshotAt, quotes) = (0L, 0L, 0L);
        var at = Desk.Quotes().First().Time;
        while (position < events)
        {
            // Market time stands for the clock: the message rates would tell that this is faster than any agent.
            filling.Begin(at);
            // Ended by the watermark that follows a quote and its intent: so the log breaks off nowhere in between.
            while (!filling.IsFull || inputs.Current is not ProgressInput)
            {
                inputs.MoveNext();
                engine.Step(inputs.Current, filling.At);
                filling.Add(inputs.Current, engine.Record.Events, 0);
                engine.Record.Clear();
                if (inputs.Current is SignalInput signal) (quotes, at) = (signal.Signal.Sequence, signal.Signal.Time);
            }

            if (commit is not null) position = (await commit).LastSeq;
            var batch = filling.Seal(engine.State.TapeStream, NothingRead);
            commit = Task.Run(() => appender.AppendAsync(batch, ct), ct);
            (filling, committing) = (committing, filling);
            if (position - snapshotAt < SnapshotEvery) continue;
            position = snapshotAt = (await commit).LastSeq;
            await recovery.SaveAsync(Desk.Portfolio, engine, [], position, ct);
        }

        await commit!;
        return quotes;
    }
}
