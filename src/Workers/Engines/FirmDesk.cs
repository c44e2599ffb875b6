using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>
/// Leases and returns a portfolio's part of the firm's limit. To have more, the firm's stream is written first and the engine told
/// afterwards; to have less, the engine commits itself first and the firm's stream is written afterwards. So whatever dies in
/// between, engines never trade within more than the firm's stream has handed out.
/// </summary>
public sealed class FirmDesk(Platform platform, string portfolio, ChannelWriter<Arrival> commands)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long headroom must have lain idle before it goes back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Decider<FirmState> firm = new(
        platform.Reader, platform.Appender, platform.Time, FirmState.Stream, new FirmState(), (state, e) => state.Apply(EventJson.Deserialize(e.Type, e.Data.Span)));
    private readonly Nudges nudges = new();
    private volatile HeadroomUse? use;
    private long told = -1;
    private long idleSince;

    /// <summary>Takes up what the engine has committed.</summary>
    public void Observe(HeadroomUse committed)
    {
        var before = use;
        use = committed;
        if (before?.Missed != committed.Missed || before.Lease != committed.Lease) nudges.Hint();
    }

    /// <summary>Tells the engine, before it takes anything else, what the firm allows.</summary>
    public async Task OpenAsync(string baseCurrency, CancellationToken ct)
    {
        var state = await firm.RefreshAsync(ct);
        if (state.Version > 0) await TellAsync(state, baseCurrency, null, ct);
    }

    public async Task RunAsync(string baseCurrency, CancellationToken ct) =>
        await await Task.WhenAny(nudges.ListenAsync(platform.Nats, platform.Subjects.Nudge(FirmState.Stream), ct), WatchAsync(baseCurrency, ct));

    private async Task WatchAsync(string baseCurrency, CancellationToken ct)
    {
        idleSince = platform.Time.GetTimestamp();
        while (true)
        {
            var state = await firm.RefreshAsync(ct);
            if (use is { } now && state.Currency == baseCurrency) state = await BalanceAsync(state, now, baseCurrency, ct);
            if (state.Version > told && state.Version > 0) await TellAsync(state, baseCurrency, null, ct);
            await nudges.WaitAsync(PollEvery, ct);
        }
    }

    private async Task<FirmState> BalanceAsync(FirmState state, HeadroomUse now, string baseCurrency, CancellationToken ct)
    {
        if (Balancing.Decide(state, portfolio, now) is not null)
            return await firm.TransactAsync(f => Balancing.Decide(f, portfolio, now) is { } e ? (EventJson.AliasOf(e), EventJson.Serialize(e)) : null, ct);

        var spare = Balancing.Spare(state, portfolio, now);
        if (spare is null) idleSince = platform.Time.GetTimestamp();
        if (spare is null || platform.Time.GetElapsedTime(idleSince) < Patience) return state;
        idleSince = platform.Time.GetTimestamp();
        await TellAsync(state, baseCurrency, spare, ct);
        return state;
    }

    private async Task TellAsync(FirmState state, string baseCurrency, decimal? keep, CancellationToken ct)
    {
        told = state.Version;
        await commands.WriteAsync(new Arrival(FirmInput.Of(state, portfolio, baseCurrency, keep), null, default), ct);
    }
}
