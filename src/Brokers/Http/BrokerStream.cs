using System.Runtime.CompilerServices;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Http;

/// <summary>
/// What a broker says of its own accord, without an end: connects again with growing pauses, and says what may have been missed. It reads no
/// faster than its reader; one that is so slow that the broker cuts it off hears of it as of any other loss.
/// </summary>
/// <param name="open">Connects, logs in and subscribes, or says what keeps us out.</param>
internal sealed class BrokerStream(Func<CancellationToken, Task<IBrokerConnection>> open, TimeSpan firstPause, TimeSpan longestPause, Redaction redaction, TimeProvider time)
{
    /// <summary>How far a gap begins before the last word that was heard: the broker's time is told to the second and words take their way.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    /// <summary>In the broker's time; null before the first word.</summary>
    private Timestamp? heard;

    public async IAsyncEnumerable<BrokerMessage> ListenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        string? told = null;
        for (var failures = 0; !ct.IsCancellationRequested; failures++)
        {
            var (connection, lost) = await OpenAsync(ct);
            if (connection is not null)
            {
                using (connection)
                {
                    yield return new ConnectionRestored(heard);
                    (failures, told) = (0, null);
                    while (lost is null)
                    {
                        BrokerWord word;
                        (word, lost) = await NextAsync(connection, ct);
                        foreach (var message in word.Messages) yield return message;
                        if (word.Unclear is null) continue;
                        // The connection is well, but what it said is not known to the reader: as if it had been missed.
                        yield return new ConnectionLost(redaction.Blot(word.Unclear));
                        yield return new ConnectionRestored(heard);
                    }
                }
            }

            if (ct.IsCancellationRequested) yield break;
            // Once for each reason, not once for each try.
            if (lost != told) yield return new ConnectionLost(redaction.Blot(lost!));
            told = lost;
            await Task.Delay(Pause(failures, firstPause, longestPause, Random.Shared.NextDouble()), time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Doubles with each failure up to the longest, then takes between half and all of it, so that many clients do not come at once.</summary>
    /// <param name="draw">From 0 to 1.</param>
    internal static TimeSpan Pause(int failures, TimeSpan first, TimeSpan longest, double draw)
    {
        var whole = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (draw / 2)));
    }

    private async Task<(IBrokerConnection? Connection, string? Lost)> OpenAsync(CancellationToken ct)
    {
        try
        {
            return (await open(ct), null);
        }
        catch (Exception e) when (e is StreamException or BrokerException || (e is OperationCanceledException && ct.IsCancellationRequested))
        {
            return (null, e.Message);
        }
    }

    private async Task<(BrokerWord Word, string? Lost)> NextAsync(IBrokerConnection connection, CancellationToken ct)
    {
        try
        {
            return (await connection.NextAsync(ct), null);
        }
        catch (StreamException e)
        {
            return (BrokerWord.Nothing, e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return (BrokerWord.Nothing, "");
        }
        finally
        {
            heard = Timestamp.From(connection.Heard) - Overlap;
        }
    }
}

/// <summary>One connection to a broker's stream, logged in and subscribed.</summary>
internal interface IBrokerConnection : IDisposable
{
    /// <summary>Up to when all was heard and, by asking for the next, taken note of; by the broker's clock.</summary>
    DateTimeOffset Heard { get; }

    /// <summary>Waits for the next word. When nothing comes, it asks for a sign of life.</summary>
    /// <exception cref="StreamException">The connection is gone, or a message cannot be read.</exception>
    Task<BrokerWord> NextAsync(CancellationToken ct);
}

/// <param name="Unclear">Why something that was said is not among the messages; null if nothing is missing.</param>
internal readonly record struct BrokerWord(IReadOnlyList<BrokerMessage> Messages, string? Unclear)
{
    public static readonly BrokerWord Nothing = new([], null);
}
