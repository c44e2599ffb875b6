using System.Runtime.CompilerServices;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Alpaca;

/// <summary>
/// <c>trade_updates</c> without an end: connects again with growing pauses, and says what may have been missed. It reads no faster than its
/// reader; one that is so slow that the broker cuts it off hears of it as of any other loss.
/// </summary>
internal sealed class AlpacaStream(AlpacaOptions options, AlpacaUpdates updates, Redaction redaction, TimeProvider time)
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
            var (socket, lost) = await OpenAsync(ct);
            if (socket is not null)
            {
                using (socket)
                {
                    yield return new ConnectionRestored(heard);
                    (failures, told) = (0, null);
                    while (lost is null)
                    {
                        BrokerMessage? message;
                        string? unclear;
                        (message, unclear, lost) = await NextAsync(socket, ct);
                        if (message is not null) yield return message;
                        if (unclear is null) continue;
                        // The connection is well, but what it said is not known to the reader: as if it had been missed.
                        yield return new ConnectionLost(redaction.Blot(unclear));
                        yield return new ConnectionRestored(heard);
                    }
                }
            }

            if (ct.IsCancellationRequested) yield break;
            // Once for each reason, not once for each try.
            if (lost != told) yield return new ConnectionLost(redaction.Blot(lost!));
            told = lost;
            await PauseAsync(failures, ct);
        }
    }

    /// <summary>Doubles with each failure up to the longest, then takes between half and all of it, so that many clients do not come at once.</summary>
    internal static TimeSpan Pause(int failures, AlpacaOptions options, double draw)
    {
        var whole = Math.Min(options.FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)), options.LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (draw / 2)));
    }

    private async Task<(AlpacaSocket? Socket, string? Lost)> OpenAsync(CancellationToken ct)
    {
        var socket = new AlpacaSocket(options, time);
        try
        {
            await socket.OpenAsync(ct);
            return (socket, null);
        }
        catch (Exception e) when (e is StreamException || (e is OperationCanceledException && ct.IsCancellationRequested))
        {
            socket.Dispose();
            return (null, e.Message);
        }
    }

    private async Task<(BrokerMessage? Message, string? Unclear, string? Lost)> NextAsync(AlpacaSocket socket, CancellationToken ct)
    {
        try
        {
            var (report, unclear) = await updates.ReadAsync(await socket.NextAsync(ct), ct);
            return (report, unclear, null);
        }
        catch (StreamException e)
        {
            return (null, null, e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return (null, null, "");
        }
        finally
        {
            heard = Timestamp.From(socket.Heard + socket.Ahead) - Overlap;
        }
    }

    private async Task PauseAsync(int failures, CancellationToken ct) =>
        await Task.Delay(Pause(failures, options, Random.Shared.NextDouble()), time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
