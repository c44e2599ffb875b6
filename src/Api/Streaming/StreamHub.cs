using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Live;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Npgsql;

namespace EventSourcedTrading.Api.Streaming;

/// <summary>All clients of the live streams, and what they share.</summary>
internal sealed class StreamHub : IAsyncDisposable
{
    private readonly Doorkeeper doorkeeper;
    private readonly Standing standing;
    private readonly EventReader log;
    private readonly BookChannel book;
    private readonly MarketWatch market;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly HashSet<StreamConnection> connections = [];
    private readonly Dictionary<string, int> byKey = [];
    private Task? working;
    private int clients;

    /// <param name="reader">Connects as est_reader.</param>
    /// <param name="signalOf">The subject of an instrument's signals; of &gt; those of all.</param>
    public StreamHub(
        StreamLimits limits, LogFeed feed, BookWatch watch, NpgsqlDataSource reader, NatsConnection nats, Func<string, string> signalOf, Doorkeeper doorkeeper, Standing standing,
        TimeProvider time, ILogger log)
    {
        (Limits, Time, Log, this.doorkeeper, this.standing, this.log) = (limits, time, log, doorkeeper, standing, new EventReader(reader));
        Decisions = new DecisionChannel(feed, reader, limits, time);
        book = new BookChannel(watch, time, e => log.LogWarning("Positions are not streamed for the moment: {Reason}", e.Message));
        market = new MarketWatch(nats, signalOf, time, limits.MarketEvery, e => log.LogWarning("Market data is not streamed for the moment: {Reason}", e.Message));
    }

    public StreamLimits Limits { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public DecisionChannel Decisions { get; }

    /// <summary>Clients that have a place now.</summary>
    public int Clients
    {
        get { lock (gate) return clients; }
    }

    /// <summary>Takes a place; whoever has one leaves it by <see cref="Leave"/>.</summary>
    /// <exception cref="RefusedException">There are as many clients as there may be.</exception>
    public void Enter()
    {
        lock (gate)
        {
            if (clients >= Limits.Clients || stopping.IsCancellationRequested)
                throw new RefusedException("RATE_LIMITED", $"this server streams to {Limits.Clients} clients at a time; try again later, or ask another one") { RetryAfter = TimeSpan.FromSeconds(10) };
            clients++;
            working ??= Task.WhenAll(Task.Run(() => book.RunAsync(stopping.Token)), Task.Run(TickAsync));
        }
    }

    public void Add(StreamConnection connection)
    {
        lock (gate) connections.Add(connection);
        if (stopping.IsCancellationRequested) SayGoodbye(connection);
    }

    /// <returns>What tells whether the caller may stay.</returns>
    /// <exception cref="RefusedException">There are as many clients with this key as there may be.</exception>
    public Func<CancellationToken, ValueTask<bool>> Admit(Caller caller)
    {
        lock (gate)
        {
            var key = KeyOf(caller);
            var others = byKey.GetValueOrDefault(key);
            if (others >= Limits.ClientsPerKey) throw new RefusedException("RATE_LIMITED", $"this key has {others} clients already, and that is as many as it may have; close one", "key");
            byKey[key] = others + 1;
            return standing.Of(caller);
        }
    }

    /// <param name="connection">Null if none came of it.</param>
    public void Leave(StreamConnection? connection)
    {
        lock (gate)
        {
            clients--;
            if (connection is null) return;
            connections.Remove(connection);
            if (connection.Caller is not { } caller) return;
            var key = KeyOf(caller);
            if (--byKey[key] == 0) byKey.Remove(key);
        }
    }

    /// <summary>Who came with this credential; the same door as for every other call.</summary>
    /// <param name="credential">Null where the request's header has it.</param>
    /// <exception cref="RefusedException">Not known, not entitled, or too often.</exception>
    public Task<Caller> IdentifyAsync(HttpContext http, string? credential)
    {
        if (credential is not null) http.Request.Headers.Authorization = $"Bearer {credential}";
        return doorkeeper.AdmitAsync(http, Operation.ReadState, "", null, (caller, _) => Task.FromResult(caller));
    }

    /// <exception cref="StreamFault">There is no such portfolio.</exception>
    public async Task CheckPortfolioAsync(string portfolio, CancellationToken ct)
    {
        if (await log.StreamVersionAsync($"portfolio-{portfolio}", ct) == 0)
            throw new StreamFault("UNKNOWN_PORTFOLIO", "portfolio", portfolio, "portfolio must be one that was opened; leave it out for all");
    }

    /// <summary>Keeps last values coming until cancelled.</summary>
    public async Task WatchAsync(TableSubscription subscription, IReadOnlySet<string>? instruments, CancellationToken ct)
    {
        try
        {
            if (subscription.Channel == "market") await market.AddAsync(subscription, instruments, ct);
            else await book.AddAsync(subscription, ct);
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
        finally
        {
            if (subscription.Channel == "market") await market.RemoveAsync(subscription, instruments);
            else book.Remove(subscription);
        }
    }

    public void SayGoodbye(StreamConnection connection) => connection.End(StreamClose.GoingAway, "GOING_AWAY: connect again and resume from the last position you have");

    /// <summary>Ends all clients, so that they go elsewhere.</summary>
    public void Close()
    {
        stopping.Cancel();
        foreach (var connection in Connections()) SayGoodbye(connection);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        if (working is not null) await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task TickAsync()
    {
        var checkedAt = Time.GetTimestamp();
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Time, stopping.Token);
            foreach (var connection in Connections()) connection.Beat();
            if (Time.GetElapsedTime(checkedAt) < Limits.KeysEvery) continue;
            checkedAt = Time.GetTimestamp();
            try
            {
                await CheckKeysAsync();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // Nobody is let in meanwhile either; who is inside sees nothing new.
                Log.LogWarning("Whether keys of live streams are still good is not known for the moment: {Reason}", e.Message);
            }
        }
    }

    /// <summary>A key that is revoked or has expired gives nothing any more, also not to whom it has let in.</summary>
    private async Task CheckKeysAsync()
    {
        foreach (var connection in Connections())
            if (connection.MayStay is { } mayStay && !await mayStay(stopping.Token)) connection.End(StreamClose.Unauthenticated, Standing.Ended);
    }

    private List<StreamConnection> Connections()
    {
        lock (gate) return [.. connections];
    }

    private static string KeyOf(Caller caller) => caller.IssuedBy is null ? caller.Person : caller.Credential;
}
