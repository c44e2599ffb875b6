using System.Text.Json.Nodes;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Firm;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Integration;

/// <summary>The firm's limit over a running engine, through the log.</summary>
public sealed class FirmTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task An_engine_leases_headroom_returns_it_when_the_limit_falls_and_stops_with_the_firm()
    {
        await desk.GoesOnAsync();
        await WriteAsync(new SetFirmLimits(1_000_000m, "USD", 50_000m));
        await Eventually.TrueAsync(async () => (await FirmAsync()).LeaseOf("main").Held > 0m, "the engine leases");
        await Eventually.TrueAsync(async () => await LastHeadroomAsync() == (await FirmAsync()).LeaseOf("main").Held, "it trades within what it holds");
        await desk.GoesOnAsync();

        await WriteAsync(new SetFirmLimits(1_000m, "USD", 1_000m));
        await Eventually.TrueAsync(async () => (await FirmAsync()).Leased is < 50_000m and var leased && leased == await LastHeadroomAsync(), "it gives back");

        await WriteAsync(new EngageFirmKillSwitch(Domain.Risk.KillSwitchMode.Halt));
        await Eventually.TrueAsync(async () => await desk.World.CountAsync("kill_switch_engaged") == 1, "the engine follows the firm");
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);
        await desk.RestartEngineAsync();
        Assert.Equal("blocked", (await desk.Ada.TradeAsync(desk.Market)).Outcome);
        Assert.Equal(1, await desk.World.CountAsync("kill_switch_engaged"));

        await WriteAsync(new ReleaseFirmKillSwitch());
        await WriteAsync(new SetFirmLimits(null, "USD"));
        await Eventually.TrueAsync(async () => await desk.World.CountAsync("kill_switch_released") == 1, "the engine is released");
        await Eventually.TrueAsync(async () => await LastHeadroomAsync() is null, "the limit is gone");
        await desk.GoesOnAsync();
    }

    private Platform Platform => desk.Engine.Platform;

    private Decider<FirmState> Firm() => new(
        Platform.Reader, Platform.Appender, TimeProvider.System, FirmState.Stream, new FirmState(), (state, e) => state.Apply(EventJson.Deserialize(e.Type, e.Data.Span)));

    private Task<FirmState> FirmAsync() => Firm().RefreshAsync(CancellationToken.None);

    private async Task WriteAsync(FirmCommand command)
    {
        await Firm().TransactAsync(
            firm => Commanding.Decide(firm, command, "olivia", "rita", "a test") is { Refusal: null, Event: { } e }
                ? (EventJson.AliasOf(e), EventJson.Serialize(e)) : throw new InvalidOperationException("refused"), CancellationToken.None);
        await Platform.Nats.PublishAsync(Platform.Subjects.Nudge(FirmState.Stream), ReadOnlyMemory<byte>.Empty);
    }

    private async Task<decimal?> LastHeadroomAsync()
    {
        var json = await desk.World.AskAsync<string>("select data::text from events.mt_events where type = 'firm_headroom_set' order by seq_id desc limit 1");
        return json is not null && JsonNode.Parse(json)!["headroom"]?.GetValue<string>() is { } text ? decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
    }
}
