using System.Diagnostics;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
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

    private Session(BenchDatabase database, long published, Func<Signal, Intent> mind)
    {
        var prefix = $"bench{Guid.NewGuid():N}";
        subjects = new Subjects(prefix);
        quotes = Desk.Quotes().Skip((int)published).GetEnumerator();
        Published = published;
        Agent = new OutsideAgent(agents, subjects, mind);
        Engine = EngineProcess.Start(database, prefix);
    }

    public EngineProcess Engine { get; }
    public OutsideAgent Agent { get; }

    /// <summary>Number of the latest quote.</summary>
    public long Published { get; private set; }

    /// <summary>Returns when the first order is filled.</summary>
    /// <param name="published">Quotes that the log knows already.</param>
    /// <param name="mind">What the agent wants at each quote; it trades by turns if null.</param>
    public static async Task<Session> StartAsync(BenchDatabase database, long published, CancellationToken ct, Func<Signal, Intent>? mind = null)
    {
        var session = new Session(database, published, mind ?? new Turns().Answer);
        await session.Agent.StartAsync(ct);
        using var js = new NatsJSContext(session.feed);
        await StreamSetup.SignalsAsync(js, session.subjects, ct);
        await StreamSetup.InboxAsync(js, session.subjects, Desk.Portfolio, ct);
        await WaitForSeatAsync(database, ct);
        await session.PublishAsync(ct);
        await session.WaitForFillsAsync(1, ct);
        return session;
    }

    /// <summary>Puts a command into the log, as the control plane does, and waits for the answer that comes after its commit.</summary>
    public async Task CommandAsync(BenchDatabase database, Command command, CancellationToken ct)
    {
        await using var appender = new EventAppender(database.App);
        await using var answers = await feed.SubscribeCoreAsync(subjects.CommandOutcome(Desk.Portfolio), cancellationToken: ct);
        await feed.PingAsync(ct);
        var authorised = new CommandAuthorised(
            $"bench:{command.Operation}", Desk.Portfolio, "bench", null, "operator", "bench", "127.0.0.1", "measuring", command.Operation, InputJson.ToElement(command),
            Timestamp.From(DateTimeOffset.UtcNow));
        var stream = $"control-{Desk.Portfolio}";
        await appender.AppendAsync(new AppendBatch(
            [new PendingEvent(stream, 1, EventJson.AliasOf(authorised), EventId.For(stream, 1), EventJson.Serialize(authorised), null, null)], DateTimeOffset.UtcNow), ct);
        await feed.PublishAsync(subjects.Nudge(Desk.Portfolio), ReadOnlyMemory<byte>.Empty, cancellationToken: ct);
        using var answer = await answers.Msgs.ReadAsync(ct);
        if (answer.Memory.Span.IndexOf("\"outcome\":\"done\""u8) < 0) throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(answer.Memory.Span));
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
