using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>What a WebSocket needs of a session.</summary>
/// <param name="Cookie">Letters and digits; null where the broker gives none.</param>
internal sealed record IbkrTicket(IbkrLogin Login, string? Cookie);

/// <summary>
/// Keeps a brokerage session: opens it when it is needed first, says every minute that somebody is there, and opens it again when it is
/// found to be lost.
/// </summary>
internal sealed class IbkrSession(BrokerHttp http, IbkrSigner signer, IbkrOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A token is renewed this long before it ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly IbkrLoggingIn loggingIn = new(http, signer, options, time);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly CancellationTokenSource ended = new();
    private SessionToken? token;
    private IbkrLogin? login;
    private Task? keeping;

    /// <exception cref="BrokerException">The broker does not let us in.</exception>
    public async ValueTask<IbkrLogin> OpenAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref login) is { } open && Lasts(open.Token)) return open;
        await gate.WaitAsync(ct);
        try
        {
            if (login is { } other && Lasts(other.Token)) return other;
            if (token is null || !Lasts(token)) token = await loggingIn.TokenAsync(ct);
            if (await loggingIn.OpenAsync(token, ct) is not { } opened)
            {
                token = await loggingIn.TokenAsync(ct);
                opened = await loggingIn.OpenAsync(token, ct) ?? throw new BrokerException(IbkrAnswers.Name, "a new live session token is not taken", "Check the clock, and that nobody else uses the same access token");
            }

            keeping ??= KeepAsync(ended.Token);
            Volatile.Write(ref login, opened);
            return opened;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The session is found to have ended; the next call opens another one.</summary>
    public void Lose(IbkrLogin lost) => Interlocked.CompareExchange(ref login, null, lost);

    /// <summary>Tells the broker that somebody is there.</summary>
    /// <exception cref="BrokerException">No answer, or no session.</exception>
    public async Task<IbkrTicket> TickleAsync(CancellationToken ct)
    {
        for (var again = false; ; again = true)
        {
            var open = await OpenAsync(ct);
            var answer = await http.AskAsync(() => signer.Make(HttpMethod.Post, "tickle", null, open.Token), "POST tickle", ct);
            var lost = IbkrAnswers.IsSessionLost(answer);
            if (!lost || again)
            {
                var json = IbkrAnswers.Whole(answer, "POST tickle", http);
                lost = json.Field("iserver").Field("authStatus").Flag("authenticated") == false;
                if (!lost || again) return new IbkrTicket(open, json.Text("session") is { } cookie && cookie.All(char.IsAsciiLetterOrDigit) ? cookie : null);
            }

            Lose(open);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        if (keeping is not null) await keeping;
        ended.Dispose();
        gate.Dispose();
    }

    private bool Lasts(SessionToken? of) => of is null || of.Expires - time.GetUtcNow() > Margin;

    private async Task KeepAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Tickle, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    await TickleAsync(ct);
                }
                catch (BrokerException)
                {
                    // Who needs the session hears of it; in a minute it is tried again.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
