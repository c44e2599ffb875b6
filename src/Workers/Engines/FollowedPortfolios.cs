using System.Collections.Concurrent;
using EventSourcedTrading.Api;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// What portfolios have at risk, by the engine's own state: rebuilt here from snapshot and log, and brought up to the log's end whenever it
/// is asked for. Only looks; the engine that decides may run anywhere.
/// </summary>
/// <param name="reader">On a connection as est_reader will do.</param>
public sealed class FollowedPortfolios(EventReader reader, SnapshotStore snapshots)
{
    /// <summary>So many are kept at hand.</summary>
    private const int Most = 64;

    private readonly Recovery recovery = new(reader, snapshots, PaperVenue.Factory);
    private readonly ConcurrentDictionary<string, Followed> known = new(StringComparer.Ordinal);

    /// <param name="portfolio">One that the caller knows to exist.</param>
    public async Task<PortfolioRisk?> RiskAsync(string portfolio, CancellationToken ct)
    {
        if (known.Count >= Most && !known.ContainsKey(portfolio)) known.Clear();
        var followed = known.GetOrAdd(portfolio, _ => new Followed());
        await followed.Turn.WaitAsync(ct);
        try
        {
            var before = followed.At;
            // A state that was left half way must not be used again.
            followed.At = null;
            followed.At = before is null ? await recovery.RecoverAsync(portfolio, ct) : await recovery.FollowAsync(before, null, ct);
            var state = followed.At.Engine.State;
            return new PortfolioRisk(Exposures.Of(state), Headroom.Of(state), followed.At.Position);
        }
        finally
        {
            followed.Turn.Release();
        }
    }

    private sealed class Followed
    {
        public SemaphoreSlim Turn { get; } = new(1);
        public RecoveredPortfolio? At { get; set; }
    }
}
