using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>
/// SHA-256 over every decision, order and fill of a log, in log order: two runs with the same digest decided, ordered and filled the
/// same, whatever else (batches, repeats, wall-clock times) was different.
/// </summary>
public static class DecisionDigest
{
    /// <summary>Types that follow from the market and the intents alone.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "decision_made", "order_approved", "order_blocked", "order_submitted", "order_acknowledged", "order_partially_filled", "order_filled",
        "order_cancel_requested", "order_cancelled", "order_rejected", "order_expired", "risk_violation_detected", "daily_loss_limit_reached",
        "kill_switch_engaged", "trading_day_opened",
    ];

    public static async Task<string> OfAsync(EventReader reader, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var e in reader.ReadAllAsync(1, Types, 5_000, ct))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{e.StreamId}\n{e.Type}\n"));
            hash.AppendData(CanonicalJson.Write(e.Data.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
