using EventSourcedTrading.Backtesting;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Workers.Cli;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Feeds;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Backtests;

/// <summary>
/// The same run through real NATS subjects, under a prefix of its own, and the real engine and agents on a database of their own. Broken off and
/// started again, they go on from that database, as live.
/// </summary>
public sealed class BacktestOverNats(PlatformOptions servers, BacktestConfiguration configuration, IMarketDataSource data, RunIdentity run, ILoggerFactory logs)
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private EngineProgress heard;

    /// <summary>Of its database; explain and audit take it as <c>--database</c>.</summary>
    public string Database { get; } = $"est_backtest_{run.Id.ToLowerInvariant().Replace('-', '_')}";

    /// <returns>The digest of what is in the log.</returns>
    /// <exception cref="TimeoutException">Nothing was decided for two minutes.</exception>
    public async Task<string> RunAsync(IProgress<RunProgress>? progress, CancellationToken ct)
    {
        if (configuration.TradeFrom is not null) throw new ConfigurationException("--warm-up has no meaning with --through nats: live agents send what they want from the first signal on. Leave one of the two out.");
        var options = servers with
        {
            Postgres = await OwnDatabase.OpenAsync(servers.Postgres, Database, ct),
            Prefix = $"backtest-{run.Id}",
            Notary = null,
            Api = null,
            Clock = null,
            // However slow the machine is, a round waits for its agents, as in process.
            Portfolios = [configuration.Portfolio with { RoundDeadlineSeconds = 86_400 }],
        };
        await using var journal = new BacktestJournal(options.Postgres, null, options.Prefix, TimeProvider.System);
        if (await journal.DigestOfAsync(run.Id, ct) is { } known) return known;
        await journal.StartedAsync(run, configuration, data.Name, ct);
        await using var platform = await Platform.StartAsync(options, logs, TimeProvider.System, ct);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var listening = await ListenAsync(platform, stopping.Token);
        var running = new Supervisor(Roles.Create(["engine", "agents"], platform), logs).RunAsync(stopping.Token);
        var feeding = new FeedPublisher(platform, new Cut(data, configuration)).RunAsync(0, followers: true, null, stopping.Token);
        try
        {
            await UntilDecidedAsync(platform, feeding, progress, ct);
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(running, listening, feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await DecisionDigest.OfAsync(platform.Reader, ct);
    }

    /// <summary>Its streams are of no use any more; the database stays, to be asked.</summary>
    public async Task ForgetAsync(BacktestResult result, CancellationToken ct)
    {
        var options = servers with { Postgres = CommonOptions.WithDatabase(servers.Postgres, Database), Prefix = $"backtest-{run.Id}" };
        await using (var journal = new BacktestJournal(options.Postgres, null, "", TimeProvider.System)) await journal.CompletedAsync(result, ct);
        await using var platform = await Platform.StartAsync(options, logs, TimeProvider.System, ct);
        foreach (var stream in (string[])[platform.Subjects.SignalStream, platform.Subjects.InboxStream(configuration.Portfolio.Id)])
        {
            try
            {
                await platform.JetStream.DeleteStreamAsync(stream, ct);
            }
            catch (NATS.Client.JetStream.NatsJSApiException e) when (e.Error.Code == 404)
            {
                // It is gone already.
            }
        }
    }

    private async Task UntilDecidedAsync(Platform platform, Task feeding, IProgress<RunProgress>? progress, CancellationToken ct)
    {
        var last = (Heard: heard, At: platform.Time.GetTimestamp());
        while (!feeding.IsCompleted || heard.AsOf < run.Data.Last || heard.Waiting > 0)
        {
            if (feeding.IsFaulted) await feeding;
            if (heard != last.Heard)
            {
                last = (heard, platform.Time.GetTimestamp());
                progress?.Report(new RunProgress(heard.Signals, run.Data.Signals, heard.AsOf));
            }

            if (platform.Time.GetElapsedTime(last.At) > LongestSilence)
                throw new TimeoutException($"nothing was decided for {LongestSilence.TotalMinutes:0} minutes; run again to go on, or drop the database {Database} to begin anew.");
            await Task.Delay(20, ct);
        }
    }

    private async Task<Task> ListenAsync(Platform platform, CancellationToken ct)
    {
        var told = await platform.Nats.SubscribeCoreAsync(platform.Subjects.AllEngineProgress, cancellationToken: ct);
        return Task.Run(async () =>
        {
            await using (told)
            {
                await foreach (var message in told.Msgs.ReadAllAsync(ct))
                    using (message) heard = EngineProgress.Read(message.Memory.Span);
            }
        }, CancellationToken.None);
    }

    /// <summary>The data between the run's two ends.</summary>
    private sealed class Cut(IMarketDataSource data, BacktestConfiguration configuration) : IMarketDataSource
    {
        public string Name => data.Name;
        public IReadOnlyList<Instrument> Instruments => data.Instruments;
        public Exclusions Exclusions => data.Exclusions;

        public IEnumerable<Signal> Read() => new BacktestSetup(configuration.Portfolio.Id, configuration.Portfolio.Opening(), data, []) { From = configuration.From, Until = configuration.Until }.Signals();
    }
}
