using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <param name="Position">The last event of the log that is in it.</param>
/// <param name="Differences">Where this version would have decided otherwise than the log has it; the log stands.</param>
public sealed record RebuiltSnapshot(string Portfolio, long Position, long Events, long Differences);

/// <summary>
/// Makes an engine's snapshot anew, from the first event of the log on. An engine that runs meanwhile is not disturbed: it reads its
/// snapshot at its start only, and a newer one of its own stays. Agents' snapshots are left alone: what they go back to is in the
/// market's stream, which need not have it any more.
/// </summary>
public static class SnapshotRebuild
{
    /// <param name="app">Connects as est_app.</param>
    public static async Task<RebuiltSnapshot> RunAsync(NpgsqlDataSource app, string portfolio, CancellationToken ct)
    {
        var recovery = new Recovery(new EventReader(app), new SnapshotStore(app), PaperVenue.Factory);
        var found = await recovery.RecoverFromStartAsync(portfolio, ct);
        if (found.Replayed > 0) await recovery.ReplaceAsync(portfolio, found, ct);
        return new RebuiltSnapshot(portfolio, found.Position, found.Replayed, found.Differences);
    }
}
