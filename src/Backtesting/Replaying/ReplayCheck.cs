using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Backtesting.Replaying;

/// <summary>What a check found.</summary>
/// <param name="Events">Events compared.</param>
/// <param name="Differing">Those that this code would have written otherwise, or not at all, and those that the log lacks.</param>
/// <param name="Position">Last place of the log that was replayed, a seq_id.</param>
/// <param name="First">The first of those that differ.</param>
/// <param name="Stopped">Why the check ended before the tape did; null if it did not.</param>
public sealed record ReplayReport(
    string Portfolio, long Batches, long Inputs, long Events, long Differing, long Position, IReadOnlyList<EventDifference> First, string? Stopped);

/// <summary>
/// Runs a portfolio's tape through the engine and compares every event that it puts on record with the one in the log: stream, version,
/// type, id, time, correlation, causation and data, equal to the last byte of their canonical JSON. The engine follows the log: behind
/// a difference it goes on from what is written, so that one does not make a thousand.
/// </summary>
public static class ReplayCheck
{
    /// <param name="reader">Reads as est_reader.</param>
    /// <param name="keep">How many differences are kept in full.</param>
    /// <exception cref="TapeException">There is no such tape, or its first batch cannot be read.</exception>
    public static async Task<ReplayReport> RunAsync(
        EventReader reader, string portfolio, Func<PortfolioState, ISimulatedVenue?> venues, int keep = 20, IProgress<(long Done, long Of)>? progress = null,
        CancellationToken ct = default)
    {
        var engine = new PortfolioEngine(new PortfolioState(portfolio), venues);
        var comparison = new EventComparison(keep);
        engine.Record.OnCompared = comparison.Take;
        var (batches, inputs, position, tapeVersion) = (0L, 0L, 0L, 0L);
        try
        {
            await foreach (var batch in new TapeReader(reader, portfolio).ReadAsync(comparison.Stray, progress, ct))
            {
                if (batch.Tape.Version != tapeVersion + 1)
                    comparison.Note(batch.Tape, string.Create(CultureInfo.InvariantCulture, $"the tape goes from version {tapeVersion} to {batch.Tape.Version}; a part of it is missing"));
                tapeVersion = batch.Tape.Version;
                Replay(engine, batch, comparison);
                (batches, inputs, position) = (batches + 1, inputs + batch.Recorded.Inputs.Count, batch.Last);
            }
        }
        catch (TapeException stop) when (tapeVersion > 0)
        {
            return Report(stop.Message);
        }

        return Report(null);

        ReplayReport Report(string? stopped) => new(portfolio, batches, inputs, comparison.Events, comparison.Differing, position, comparison.First, stopped);
    }

    private static void Replay(PortfolioEngine engine, TapeBatch batch, EventComparison comparison)
    {
        var script = new Queue<Logged>();
        var (next, index) = (0, 0);
        foreach (var entry in batch.Recorded.Inputs)
        {
            comparison.Begin(batch.Tape, entry.Kind, index++);
            for (var i = 0; i < entry.Events; i++)
            {
                var row = batch.Events[next++];
                comparison.Expect(row);
                script.Enqueue(LoggedOf(row));
            }

            Step(engine, batch, entry, script, index - 1);
        }
    }

    private static void Step(PortfolioEngine engine, TapeBatch batch, TapeEntry entry, Queue<Logged> script, int index)
    {
        try
        {
            engine.Replay(InputJson.Read(entry.Kind, entry.Data), batch.Recorded.At, script);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A log that was tampered with may hold what no engine can follow, such as a fill of an order that was never approved.
            throw new TapeException(string.Create(CultureInfo.InvariantCulture, $"{TapeReader.Name(batch.Tape)}, input {index} ({entry.Kind}) cannot be replayed: {e.Message}"));
        }
    }

    /// <summary>An event that is lost, or that cannot be read, leaves its place to what the code decides.</summary>
    internal static Logged LoggedOf(RecordedEvent? row)
    {
        if (row is null) return new Logged("", 0, null);
        try
        {
            return new Logged(row.StreamId, row.Version, EventJson.Deserialize(row.Type, row.Data.Span));
        }
        catch (Exception e) when (e is JsonException or UnknownEventTypeException)
        {
            return new Logged(row.StreamId, row.Version, null);
        }
    }
}
