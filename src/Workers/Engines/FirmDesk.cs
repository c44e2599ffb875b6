using System.Threading.Channels;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Workers.Engines;

/// <summary>What an engine has at risk, and what of the firm's limit it trades within; as committed.</summary>
/// <param name="Used">Gross exposure with open orders, in base currency.</param>
/// <param name="Missed">Gross exposure that an order was blocked for; zero if none was.</param>
public sealed record HeadroomUse(decimal Used, decimal Missed, FirmLease Lease);

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
    private volatile HeadroomUse? use;
    private long told = -1;
    private long idleSince;

    /// <summary>Takes up what the engine has committed.</summary>
    public void Observe(HeadroomUse committed) => use = committed;

    /// <summary>Tells the engine, before it takes anything else, what the firm allows.</summary>
    public async Task OpenAsync(string baseCurrency, CancellationToken ct)
    {
        var state = await firm.RefreshAsync(ct);
        if (state.Version > 0) await TellAsync(state, baseCurrency, null, ct);
    }

    public async Task RunAsync(string baseCurrency, CancellationToken ct)
    {
        await using var nudges = await Nudges.ListenAsync(platform.Nats, platform.Subjects.Nudge(FirmState.Stream), ct);
        idleSince = platform.Time.GetTimestamp();
        while (true)
        {
            var state = await firm.RefreshAsync(ct);
            if (use is { } now && state.MaxGross is not null && state.Currency == baseCurrency) await BalanceAsync(state, now, baseCurrency, ct);
            if (state.Version > told && state.Version > 0) await TellAsync(state, baseCurrency, null, ct);
            await nudges.WaitAsync(PollEvery, ct);
        }
    }

    private async Task BalanceAsync(FirmState state, HeadroomUse now, string baseCurrency, CancellationToken ct)
    {
        var (held, version) = state.LeaseOf(portfolio);
        if (now.Lease is { Returning: true, Headroom: { } keep } && now.Lease.LeaseVersion == version)
        {
            await WriteAsync(f => Leasing.Return(f, portfolio, keep, version), ct);
            return;
        }

        var wanted = Leasing.Wanted(state, Math.Max(now.Used, now.Missed));
        var spare = held - wanted;
        if (spare < state.Chunk * 2m) idleSince = platform.Time.GetTimestamp();
        // Half a chunk of play, so that a position that moves up and down does not lease and return all the time.
        if (held < Math.Max(now.Used, now.Missed) + (state.Chunk / 2m))
        {
            await WriteAsync(f => f.MaxGross is null ? null : Leasing.Lease(f, portfolio, wanted), ct);
        }
        else if (platform.Time.GetElapsedTime(idleSince) >= Patience && !now.Lease.Returning)
        {
            idleSince = platform.Time.GetTimestamp();
            await TellAsync(state, baseCurrency, wanted, ct);
        }
    }

    private Task WriteAsync(Func<FirmState, DomainEvent?> decide, CancellationToken ct) => firm.TransactAsync<bool>(
        state => decide(state) is { } e ? (true, EventJson.AliasOf(e), EventJson.Serialize(e)) : (false, null, default(ReadOnlyMemory<byte>)), null, ct);

    private async Task TellAsync(FirmState state, string baseCurrency, decimal? keep, CancellationToken ct)
    {
        told = state.Version;
        await commands.WriteAsync(new Arrival(FirmInput.Of(state, portfolio, baseCurrency, keep), null, default), ct);
    }
}
