using System.Security.Cryptography;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>What a data set holds, known before it is run.</summary>
/// <param name="Hash">SHA-256 over every signal as it is told on the wire, a line each; lower-case hexadecimal.</param>
/// <param name="First">Null without signals.</param>
/// <param name="Last">Null without signals.</param>
public sealed record DataFingerprint(string Hash, long Signals, Timestamp? First, Timestamp? Last)
{
    /// <summary>One pass over the data, in constant memory. Of what the engine sees rather than of files: the same prices from another file are the same data.</summary>
    public static DataFingerprint Of(IEnumerable<Signal> signals, CancellationToken ct = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[(64 << 10) + SignalJson.MaxWrittenBytes];
        var (length, count) = (0, 0L);
        Timestamp? first = null, last = null;
        foreach (var signal in signals)
        {
            length += SignalJson.Write(block.AsSpan(length), signal);
            block[length++] = (byte)'\n';
            first ??= signal.Time;
            last = signal.Time;
            count++;
            if (length < 64 << 10) continue;
            hash.AppendData(block.AsSpan(0, length));
            length = 0;
            ct.ThrowIfCancellationRequested();
        }

        hash.AppendData(block.AsSpan(0, length));
        return new DataFingerprint(Convert.ToHexStringLower(hash.GetHashAndReset()), count, first, last);
    }
}
