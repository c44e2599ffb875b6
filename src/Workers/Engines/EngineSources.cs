using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Strategies;
using Microsoft.Extensions.Logging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>Where an engine's inputs come from: the market, its inbox, and its configuration.</summary>
public sealed class EngineSources(Platform platform, PortfolioOptions options, ChannelWriter<Arrival> inbox, ILogger log)
{
    /// <summary>Reads both streams from where the log says that they were read, until cancelled.</summary>
    public Task ReadAsync(IReadOnlyDictionary<string, StreamPosition> cursors, ChannelWriter<Arrival> signals, CancellationToken ct)
    {
        var market = platform.Subjects.SignalStream;
        var mail = platform.Subjects.InboxStream(options.Id);
        return Task.WhenAny(
            Task.Run(() => ReadMarketAsync(market, cursors.GetValueOrDefault(market, StreamPosition.Start), signals, ct), CancellationToken.None),
            Task.Run(() => ReadInboxAsync(mail, cursors.GetValueOrDefault(mail, StreamPosition.Start), ct), CancellationToken.None)).Unwrap();
    }

    /// <summary>Asks for what the configuration says and the log does not have yet.</summary>
    public async Task OpenAsync(PortfolioState state, ChannelWriter<Arrival> commands, CancellationToken ct)
    {
        if (!state.Opened) await AskAsync(commands, "open", options.Opening(), ct);
        foreach (var strategy in options.Strategies)
        {
            var description = platform.Strategies.Create(strategy, options).Description;
            if (state.Agents.ContainsKey(description.Agent)) continue;
            await AskAsync(commands, $"load-{description.Agent}", new LoadStrategy(description.Agent, description.Summary, description.Instruments, description.Parameters), ct);
        }

        foreach (var agent in options.OutsideAgents)
            if (!state.Agents.ContainsKey(agent))
                await AskAsync(commands, $"load-{agent}", new LoadStrategy(agent, "outside agent", [.. options.Instruments.Select(i => i.Id)], new Dictionary<string, string>()), ct);
    }

    private static ValueTask AskAsync(ChannelWriter<Arrival> commands, string id, Command command, CancellationToken ct) =>
        commands.WriteAsync(new Arrival(new CommandInput($"configuration-{id}", "configuration", "as configured", command), null, default), ct);

    private async Task ReadMarketAsync(string stream, StreamPosition from, ChannelWriter<Arrival> signals, CancellationToken ct)
    {
        await foreach (var (message, position) in new OrderedReader(platform.JetStream, stream, log).ReadAsync(from, ct))
        {
            using (message)
            {
                var reading = InboxDecoder.Signal(message.Memory.Span);
                if (reading.Signal is { } signal) await signals.WriteAsync(new Arrival(new SignalInput(signal), stream, position), ct);
                else log.LogWarning("a signal on {Subject} was left out: {Error}", message.Subject, reading.Error);
            }
        }
    }

    private async Task ReadInboxAsync(string stream, StreamPosition from, CancellationToken ct)
    {
        var decoder = new InboxDecoder(platform.Subjects);
        await foreach (var (message, position) in new OrderedReader(platform.JetStream, stream, log).ReadAsync(from, ct))
        {
            using (message)
            {
                string? replyTo = null;
                if (message.Headers is { } headers && headers.TryGetLastValue(Subjects.ReplyTo, out var inboxName)) replyTo = inboxName;
                await inbox.WriteAsync(new Arrival(decoder.Decode(message.Subject, message.Memory.Span), stream, position, replyTo), ct);
            }
        }
    }
}
