using System.Threading.Channels;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// Runs one portfolio's engine: takes what waits, decides it in memory, commits it as one transaction, and decides the next while
/// that one commits. Any failure to write ends it (fail stop); it then starts again from what the log has.
/// </summary>
public sealed class EngineRole(Platform platform, PortfolioOptions options) : IRole
{
    private const int WaitingInputs = 8_192;

    private readonly ILogger log = platform.Logs.CreateLogger($"engine.{options.Id}");
    private readonly Recovery recovery = new(platform.Reader, platform.Snapshots, PaperVenue.Factory);
    private readonly Answering answering = new(platform, options.Id);

    public string Name => $"engine {options.Id}";

    /// <summary>What the engine is doing: waiting, recovering or running.</summary>
    public string Status { get; private set; } = "starting";

    public async Task RunAsync(CancellationToken ct)
    {
        await StreamSetup.SignalsAsync(platform.JetStream, platform.Subjects, ct);
        await StreamSetup.InboxAsync(platform.JetStream, platform.Subjects, options.Id, ct);
        await using var right = await PortfolioLock.WaitAsync(platform.App, $"engine-{options.Id}", StandBy, ct);
        Status = "recovering";
        var recovered = await recovery.RecoverAsync(options.Id, ct);
        log.LogInformation("recovered at {Position}, {Replayed} events replayed, {Differences} of them would be decided otherwise now",
            recovered.Position, recovered.Replayed, recovered.Differences);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var inbox = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(WaitingInputs) { SingleReader = true });
        var sources = new EngineSources(platform, options, inbox.Writer, log);
        var signals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(WaitingInputs) { SingleReader = true });
        var commands = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(WaitingInputs) { SingleReader = true });
        var firm = new FirmDesk(platform, options.Id, commands.Writer);
        var control = new ControlSource(options.Id);
        // The configuration first: an intent that waits in the inbox must not come before the portfolio is open, nor before it is
        // known what the firm allows.
        await sources.OpenAsync(recovered.Engine.State, commands.Writer, ct);
        await firm.OpenAsync(options.BaseCurrency, ct);
        var late = new LateRepeats(platform, options.Id, answering, inbox.Writer);
        var loop = new EngineLoop(platform, options, recovered, recovery, answering, late, firm, log);
        List<Task> parts =
        [
            loop.RunAsync(commands.Reader, inbox.Reader, signals.Reader, stopping.Token),
            new StreamSource(platform, control.Stream, platform.Subjects.Nudge(options.Id), control.Read, commands.Writer).RunAsync(recovered.Cursors, stopping.Token),
            firm.RunAsync(options.BaseCurrency, stopping.Token),
            sources.ReadAsync(recovered.Cursors, signals.Writer, stopping.Token),
            late.RunAsync(stopping.Token),
            right.UntilLostAsync(stopping.Token),
        ];
        if (options.Venue != PaperVenue.VenueName)
            parts.Add(new StreamSource(platform, BrokerSource.StreamOf(options.Id), platform.Subjects.BrokerNudge(options.Id), BrokerSource.Read, commands.Writer).RunAsync(recovered.Cursors, stopping.Token));
        try
        {
            Status = "running";
            await await Task.WhenAny(parts);
        }
        finally
        {
            Status = "stopped";
            await stopping.CancelAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void StandBy()
    {
        if (Status != "standby") log.LogInformation("another engine runs this portfolio; standing by");
        Status = "standby";
    }
}
