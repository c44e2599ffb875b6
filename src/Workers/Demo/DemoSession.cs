using System.Diagnostics;
using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.MarketData;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Cli;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Explaining;
using EventSourcedTrading.Workers.Feeds;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>Runs the whole platform over a data set, watches it to the end, and counts what it did.</summary>
/// <param name="folder">Where the checkpoints go, and the proof.</param>
/// <param name="fakeBroker">Takes the orders; null for the paper venue.</param>
public sealed class DemoSession(IMarketDataSource data, double speed, string folder, ILoggerFactory logs, FakeBroker? fakeBroker = null)
{
    private const string Prefix = "demo";
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private PlatformOptions options = new();
    private FeedProgress fed;
    private EngineProgress heard;

    public async Task<DemoFigures> RunAsync(CancellationToken ct)
    {
        options = PlatformOptions.Load(null);
        options = options with
        {
            Postgres = await OwnDatabase.CreateAsync(options.Postgres, DemoPortfolio.Database, ct),
            Prefix = Prefix,
            Portfolios = [DemoPortfolio.For(data, fakeBroker)],
            Notary = DemoAudit.Notary(folder),
        };
        await using var platform = await Platform.StartAsync(options, logs, TimeProvider.System, ct);
        await ForgetStreamsAsync(platform, ct);
        await using var witness = await DemoWitness.ListenAsync(platform, ct);
        var supervisor = new Supervisor(Roles.Create([.. Roles.All.Select(r => r.Name)], platform), logs);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var clock = Stopwatch.StartNew();
        var running = supervisor.RunAsync(stopping.Token);
        var listening = ListenAsync(platform, stopping.Token);
        if (fakeBroker is not null) await FakeBrokerMarket.UntilOpenAsync(platform.Reader, ct);
        var feeding = new FeedPublisher(platform, data).RunAsync(speed, followers: true, new InlineProgress<FeedProgress>(p => fed = p), stopping.Token);
        await WatchAsync(platform, feeding, ct);
        if (fakeBroker is not null) await FakeBrokerMarket.UntilFilledAsync(platform.Reader, ct);
        clock.Stop();
        await SettleAsync(platform, ct);
        var completeness = await witness.CompareAsync(ct);
        await stopping.CancelAsync();
        await Task.WhenAll(running, listening);
        var figures = await DemoTally.CountAsync(platform, data, fed.Published, clock.Elapsed, ct);
        return await DemoAudit.AddAsync(
            figures with { Completeness = completeness, Complaint = figures.Complaint ?? (completeness.Complete ? null : "what was said over NATS, the log and the reports do not agree") },
            platform, folder, ct);
    }

    public async Task ShowAsync(DemoFigures figures, string file, CancellationToken ct)
    {
        DemoSummary.Write(AnsiConsole.Console, figures);
        await using var source = StoreConnection.Open(options.Postgres, StoreRole.Reader);
        if (figures.ExplainedOrder is { } order)
        {
            AnsiConsole.Write(new Rule($"why order {order}?  est explain order {order}").LeftJustified());
            ExplanationText.Write(AnsiConsole.Console, await new ExplainQuery(source).ForOrderAsync(order, ct));
        }

        DemoSummary.WriteNext(AnsiConsole.Console, figures, file);
    }

    /// <summary>Until the engine has decided everything that was published.</summary>
    private async Task WatchAsync(Platform platform, Task feeding, CancellationToken ct)
    {
        if (!Terminal.Errors.Profile.Capabilities.Interactive)
        {
            await UntilDoneAsync(platform, feeding, Say, TimeSpan.FromSeconds(2), ct);
            return;
        }

        await Terminal.Errors.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async drawing =>
            {
                var bar = drawing.AddTask("trading");
                await UntilDoneAsync(platform, feeding, () =>
                {
                    bar.MaxValue = Math.Max(1, fed.Published);
                    bar.Value = heard.Signals;
                    bar.Description = Describe().EscapeMarkup();
                }, TimeSpan.FromMilliseconds(100), ct);
            });
    }

    private async Task UntilDoneAsync(Platform platform, Task feeding, Action report, TimeSpan every, CancellationToken ct)
    {
        var last = (Heard: heard, At: platform.Time.GetTimestamp());
        var reported = platform.Time.GetTimestamp();
        while (!feeding.IsCompleted || heard.AsOf < fed.Time || heard.Waiting > 0)
        {
            if (feeding.IsCompleted) await feeding;
            if (heard != last.Heard) last = (heard, platform.Time.GetTimestamp());
            if (platform.Time.GetElapsedTime(last.At) > LongestSilence)
                throw new TimeoutException($"nothing was decided for {LongestSilence.TotalMinutes:0} minutes; run again with --log debug to see why.");
            await Task.Delay(20, ct);
            if (platform.Time.GetElapsedTime(reported) < every) continue;
            reported = platform.Time.GetTimestamp();
            report();
        }

        await feeding;
    }

    private void Say() => Terminal.Note(Describe());

    private string Describe() => heard.AsOf.UnixMicros <= 0 ? "starting" :
        string.Create(CultureInfo.InvariantCulture, $"market time {heard.AsOf.ToDateTime():yyyy-MM-dd HH:mm}   {heard.Signals:N0} signals   {heard.Position:N0} events");

    private async Task ListenAsync(Platform platform, CancellationToken ct)
    {
        try
        {
            await foreach (var message in platform.Nats.SubscribeAsync(platform.Subjects.AllEngineProgress, cancellationToken: ct))
            {
                using (message) heard = EngineProgress.Read(message.Memory.Span);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end of the session.
        }
    }

    private static async Task ForgetStreamsAsync(Platform platform, CancellationToken ct)
    {
        foreach (var stream in (string[])[platform.Subjects.SignalStream, platform.Subjects.InboxStream("main"), platform.Subjects.EventStream])
        {
            try
            {
                await platform.JetStream.DeleteStreamAsync(stream, ct);
            }
            catch (NATS.Client.JetStream.NatsJSApiException e) when (e.Error.Code == 404)
            {
                // It was not there.
            }
        }
    }

    private static async Task SettleAsync(Platform platform, CancellationToken ct)
    {
        var head = (await platform.Reader.HeadAsync(ct)).Size;
        var projections = new ProjectionHost(platform.App);
        var started = platform.Time.GetTimestamp();
        while (true)
        {
            var status = await projections.StatusAsync(ct);
            if (status.All(s => s.Position >= head) && await new CheckpointStore(platform.App).NewestSizeAsync(ct) >= head) return;
            if (status.FirstOrDefault(s => s.State == ProjectionState.Stopped) is { } stopped) throw new InvalidOperationException(stopped.Error);
            if (platform.Time.GetElapsedTime(started) > LongestSilence) throw new TimeoutException("the read models or the notary did not catch up with the log.");
            await Task.Delay(50, ct);
        }
    }
}
