using System.Diagnostics;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventSourcedTrading.Bench.Trading;

/// <summary>A feed, an agent and an engine over one database; the feed and the agent have connections of their own.</summary>
public sealed class Session : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NatsConnection feed = new(new NatsOpts { Url = Servers.Nats, Name = "bench feed" });
    private readonly NatsConnection agents = new(new NatsOpts { Url = Servers.Nats, Name = "bench agent" });
    private readonly Subjects subjects;
    private readonly IEnumerator<Signal> quotes;

    private Session(BenchDatabase database, long published)
    {
        var prefix = $"bench{Guid.NewGuid():N}";
        subjects = new Subjects(prefix);
        quotes = Desk.Quotes().Skip((int)published).GetEnumerator();
        Published = published;
        Agent = new OutsideAgent(agents, subjects);
        Engine = EngineProcess.Start(database, prefix);
    }

    public EngineProcess Engine { get; }
    public OutsideAgent Agent { get; }

    /// <summary>Number of the latest quote.</summary>
    public long Published { get; private set; }

    /// <summary>Returns when the first order is filled.</summary>
    /// <param name="published">Quotes that the log knows already.</param>
    public static async Task<Session> StartAsync(BenchDatabase database, long published, CancellationToken ct)
    {
        var session = new Session(database, published);
        await session.Agent.StartAsync(ct);
        using var js = new NatsJSContext(session.feed);
        await StreamSetup.SignalsAsync(js, session.subjects, ct);
        await StreamSetup.InboxAsync(js, session.subjects, Desk.Portfolio, ct);
        await WaitForSeatAsync(database, ct);
        await session.PublishAsync(ct);
        await session.WaitForFillsAsync(1, ct);
        return session;
    }

    public ValueTask PublishAsync(CancellationToken ct)
    {
        quotes.MoveNext();
        Published++;
        return feed.PublishAsync(subjects.Signal(quotes.Current.Instrument), SignalJson.Write(quotes.Current), cancellationToken: ct);
    }

    /// <summary>Until that many orders are filled.</summary>
    public async Task WaitForFillsAsync(long count, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (Agent.Approved < count)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience || Engine.Process.HasExited)
                throw new TimeoutException($"{Agent.Approved} of {count} orders were filled, {Agent.Others} were answered otherwise. {Agent.LastOther}");
            await Task.Delay(2, ct);
        }
    }

    /// <summary>Until the engine knows the agent: what an agent says before that is refused.</summary>
    private static async Task WaitForSeatAsync(BenchDatabase database, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (await database.CountAsync("select count(*) from events.mt_events where type = 'strategy_loaded'", ct) == 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException("the engine did not open its portfolio");
            await Task.Delay(50, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Engine.Dispose();
        await Agent.DisposeAsync();
        using (var js = new NatsJSContext(feed)) await EngineProcess.ForgetAsync(js, subjects);
        await feed.DisposeAsync();
        await agents.DisposeAsync();
        quotes.Dispose();
    }
}
