using System.Runtime.CompilerServices;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Orders and trades without an end: connects again with growing pauses, and says what may have been missed. It reads no faster than its
/// reader; one that is so slow that the broker cuts it off hears of it as of any other loss. Made for one listener.
/// </summary>
internal sealed class IbkrStream(IbkrOptions options, IbkrSession session, IbkrUpdates updates, Redaction redaction, TimeProvider time)
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
            var (socket, login, lost) = await OpenAsync(ct);
            if (socket is not null)
            {
                using (socket)
                {
                    yield return new ConnectionRestored(heard);
                    (failures, told) = (0, null);
                    while (lost is null)
                    {
                        heard = Timestamp.From(socket.Heard) - Overlap;
                        IReadOnlyList<ReportReceived> reports;
                        string? unclear;
                        (reports, unclear, lost) = await NextAsync(socket, login!, ct);
                        foreach (var report in reports) yield return report;
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
            await Task.Delay(Pause(failures, options, Random.Shared.NextDouble()), time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Doubles with each failure up to the longest, then takes between half and all of it, so that many clients do not come at once.</summary>
    internal static TimeSpan Pause(int failures, IbkrOptions options, double draw)
    {
        var whole = Math.Min(options.FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)), options.LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (draw / 2)));
    }

    private async Task<(IbkrSocket? Socket, IbkrLogin? Login, string? Lost)> OpenAsync(CancellationToken ct)
    {
        var socket = new IbkrSocket(options, time);
        try
        {
            var ticket = await session.TickleAsync(ct);
            await socket.OpenAsync(ticket, message => updates.LearnAsync(message, ct), ct);
            return (socket, ticket.Login, null);
        }
        catch (Exception e) when (e is StreamException or BrokerException || (e is OperationCanceledException && ct.IsCancellationRequested))
        {
            socket.Dispose();
            return (null, null, e.Message);
        }
    }

    private async Task<(IReadOnlyList<ReportReceived> Reports, string? Unclear, string? Lost)> NextAsync(IbkrSocket socket, IbkrLogin login, CancellationToken ct)
    {
        try
        {
            var message = await socket.NextAsync(ct);
            if (message.Text("topic") is "sts" or "tic" && (message.Field("args").Flag("authenticated") ?? message.Flag("alive")) == false)
            {
                session.Lose(login);
                return ([], null, "the brokerage session has ended");
            }

            var (reports, unclear) = await updates.ReadAsync(message, Timestamp.From(socket.Heard), ct);
            return (reports, unclear, null);
        }
        catch (StreamException e)
        {
            return ([], null, e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ([], null, "");
        }
    }
}
