using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Backtesting;

/// <summary>
/// SHA-256 over every decision, order and fill, in log order: two runs with the same digest decided, ordered and filled the same,
/// whatever else (batches, repeats, wall-clock times, processes) was different.
/// </summary>
public sealed class DecisionDigest : IDisposable
{
    /// <summary>Types that follow from the market and the intents alone.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "decision_made", "order_approved", "order_blocked", "order_submitted", "order_acknowledged", "order_partially_filled", "order_filled",
        "order_cancel_requested", "order_cancelled", "order_rejected", "order_expired", "risk_violation_detected", "daily_loss_limit_reached",
        "kill_switch_engaged", "trading_day_opened",
    ];

    private static readonly FrozenSet<string> Counted = Types.ToFrozenSet(StringComparer.Ordinal);

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ByteWriter text = new(4_096);

    /// <summary>Takes an event; one of another type is passed over.</summary>
    /// <param name="data">Its JSON as UTF-8, in any order of members.</param>
    public void Add(string stream, string type, ReadOnlySpan<byte> data)
    {
        if (!Begin(stream, type)) return;
        CanonicalJson.Write(data, text);
        hash.AppendData(text.Written);
    }

    /// <summary>As <see cref="Add"/>, where the data are canonical already (RFC 8785).</summary>
    public void AddCanonical(string stream, string type, ReadOnlySpan<byte> data)
    {
        if (!Begin(stream, type)) return;
        hash.AppendData(text.Written);
        hash.AppendData(data);
    }

    /// <summary>Of what was added so far, in lower-case hexadecimal.</summary>
    public string Current() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose()
    {
        hash.Dispose();
        text.Dispose();
    }

    /// <summary>Of a whole log.</summary>
    public static async Task<string> OfAsync(EventReader reader, CancellationToken ct)
    {
        using var digest = new DecisionDigest();
        await foreach (var e in reader.ReadAllAsync(1, Types, 5_000, ct)) digest.Add(e.StreamId, e.Type, e.Data.Span);
        return digest.Current();
    }

    private bool Begin(string stream, string type)
    {
        if (!Counted.Contains(type)) return false;
        text.Clear();
        Line(stream);
        Line(type);
        return true;
    }

    private void Line(string word)
    {
        Encoding.UTF8.GetBytes(word, text.Append(Encoding.UTF8.GetByteCount(word)));
        text.Write((byte)'\n');
    }
}
