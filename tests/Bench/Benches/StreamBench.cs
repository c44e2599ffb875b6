using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Bench.Measuring;
using EventSourcedTrading.Bench.Streaming;
using EventSourcedTrading.Bench.Trading;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace EventSourcedTrading.Bench.Benches;

/// <summary>
/// A thousand clients of the decision feed, server and clients in this process: how long after its commit an order, six events, has come
/// to a client with its last byte, and how long until it has come to all of them. Beside it the same bytes to a thousand plain TCP sockets, in
/// turns. Then fifty clients more that ask for the whole log and do not read: they are dropped, and the others must not notice.
/// </summary>
public sealed class StreamBench : IBench
{
    private const int Clients = 1_000, Slow = 50, People = 10, Rounds = 3, Commits = 50, EventsOfOrder = 6, Before = 30_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    public IReadOnlyList<string> Names => ["stream.clients"];

    public async Task RunAsync(Results results, CancellationToken ct)
    {
        await using var database = await BenchDatabase.CreateAsync(ct);
        await using var appender = new EventAppender(database.App);
        await using var reader = StoreConnection.Open(database.Connection, StoreRole.Reader);
        await using var nats = new NatsConnection(new NatsOpts { Url = Servers.Nats, Name = "bench" });
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var persons = new PersonDirectory(database.App, new MasterKeySource(name => name == "EST_PRIVACY_KEY" ? secret : null), TimeProvider.System);
        var keys = new ApiKeys(database.App, new Api.EventLog(new EventReader(database.App), appender, TimeProvider.System), persons, TimeProvider.System);
        var limits = new StreamLimits { SendWithin = TimeSpan.FromSeconds(1) };
        await using var server = await ApiServer.StartAsync(
            new ApiSettings("http://127.0.0.1:0", "http://127.0.0.1:0") { Streams = limits },
            new ApiSurroundings(database.App, reader, appender, persons, nats, p => p, "bench.outcome.*", i => $"bench.{i}", TimeProvider.System, NullLoggerFactory.Instance), ct);
        var issued = new List<string>();
        for (var i = 0; i < People; i++) issued.Add((await keys.IssueAsync($"person{i}", [Role.Viewer], 1, "database", "bench", ct)).Reveal());
        var events = new SampleEvents();
        for (var written = 0; written < Before; written += 1_000) await appender.AppendAsync(events.Next(1_000), ct);
        await database.SettleAsync(ct);

        var position = (await new EventReader(database.App).HeadAsync(ct)).Size;
        Results.Say(string.Create(CultureInfo.InvariantCulture, $"connecting {Clients:#,0} clients"));
        var followers = new List<StreamFollower>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                followers.Add(await StreamFollower.OpenAsync(server.Addresses[0], issued[i % People], position, ct));
                // The door lets 200 a second in from one address.
                if (i % 10 == 9) await Task.Delay(60, ct);
            }

            var sockets = await SocketFan.OpenAsync(Clients, ct);
            await using (sockets)
            {
                var (streamed, plain, all) = (new List<double>(), new List<double>(), new List<double>());
                // One round warms up.
                for (var round = 0; round <= Rounds; round++)
                {
                    var told = await TellAsync(appender, events, followers, ct);
                    var bytes = followers[0].LastLength;
                    var beside = await sockets.MeasureAsync(bytes, Commits, Pace, ct);
                    if (round == 0) continue;
                    streamed.AddRange(told.SelectMany(t => t));
                    all.AddRange(told.Select(t => t.Max()));
                    plain.AddRange(beside);
                }

                results.Add("stream.clients", Clients, "clients");
                results.Add("stream.clients.p50_ms", At(streamed, 0.5), "ms", "plain sockets", At(plain, 0.5));
                results.Add("stream.clients.p99_ms", At(streamed, 0.99), "ms", "plain sockets", At(plain, 0.99));
                results.Add("stream.clients.all_p50_ms", At(all, 0.5), "ms");
            }

            for (var i = 0; i < Slow; i++) followers.Add(await StreamFollower.OpenAsync(server.Addresses[0], issued[i % People], 0, ct, reads: false));
            var meanwhile = (await TellAsync(appender, events, followers[..Clients], ct)).SelectMany(t => t).ToList();
            var until = Stopwatch.GetTimestamp();
            while (server.StreamClients > Clients)
            {
                if (Stopwatch.GetElapsedTime(until) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"{server.StreamClients - Clients} slow clients were not dropped");
                await Task.Delay(100, ct);
            }

            results.Add("stream.clients.slow_dropped", Slow, "clients");
            results.Add("stream.clients.p99_beside_slow_ms", At(meanwhile, 0.99), "ms");
            if (server.StreamClients != Clients) throw new InvalidOperationException($"{Clients - server.StreamClients} clients were dropped that were not slow");
            var head = (await new EventReader(database.App).HeadAsync(ct)).Size;
            foreach (var follower in followers[..Clients])
            {
                if (follower.Events != head - position) throw new InvalidOperationException($"a client has {follower.Events} of {head - position} events");
            }
        }
        finally
        {
            foreach (var follower in followers) await follower.DisposeAsync();
        }
    }

    /// <summary>Commits at an even pace; gives for each commit how long it took to each client, in milliseconds.</summary>
    private static async Task<List<double[]>> TellAsync(EventAppender appender, SampleEvents events, IReadOnlyList<StreamFollower> followers, CancellationToken ct)
    {
        var commits = new List<(long Last, long At)>();
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Commits; i++)
        {
            if (Pace * i - Stopwatch.GetElapsedTime(began) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, ct);
            var appended = await appender.AppendAsync(events.Next(EventsOfOrder), ct);
            commits.Add((appended.LastSeq, Stopwatch.GetTimestamp()));
        }

        var until = Stopwatch.GetTimestamp();
        while (followers.Any(f => f.Position < commits[^1].Last))
        {
            if (Stopwatch.GetElapsedTime(until) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException("a client has not everything after 30 s");
            await Task.Delay(20, ct);
        }

        // A client may have it before the appender's own answer is there: that is no time at all.
        return [.. commits.Select(c => followers.Select(f => Math.Max(0, Stopwatch.GetElapsedTime(c.At, f.HadAt(c.Last)).TotalMilliseconds)).ToArray())];
    }

    private static double At(List<double> taken, double share)
    {
        taken.Sort();
        return taken[Math.Min(taken.Count - 1, (int)(share * taken.Count))];
    }
}
