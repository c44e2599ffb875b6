using System.Threading.Channels;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Integration;

/// <summary>What happens when the lock does not hold, by whatever mishap: two engines that both believe they are the one.</summary>
public sealed class FenceTests
{
    [Fact]
    public async Task Of_two_engines_that_both_write_one_fails_and_the_log_has_one_story()
    {
        var market = new Market();
        await using var world = await World.CreateAsync(market.Portfolio("ada@1.0.0"));
        await using (await world.StartAsync("engine")) await Eventually.TrueAsync(async () => await world.CountAsync("strategy_loaded") == 1, "the portfolio is open");

        await using var one = await LoneEngine.StartAsync(world);
        await using var other = await LoneEngine.StartAsync(world);
        await one.TellAsync(new CommandInput("c1", "one", "a test", new HaltTrading()));
        await Eventually.TrueAsync(async () => await world.CountAsync("trading_halted") == 1, "the first has written");
        await other.TellAsync(new CommandInput("c2", "other", "a test", new MoveCash("USD", 1m)));

        var fenced = await Assert.ThrowsAsync<EventStreamUnexpectedMaxEventIdException>(() => other.Ended.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("tape-main", fenced.StreamId);
        Assert.False(one.Ended.IsCompleted);
        Assert.Equal(1, await world.CountAsync("cash_moved")); // the opening one
        Assert.Equal(1, await world.CountAsync("trading_halted"));
    }

    /// <summary>An engine without the lock.</summary>
    private sealed class LoneEngine(Platform platform, Task ended, ChannelWriter<Arrival> inbox, CancellationTokenSource stopping) : IAsyncDisposable
    {
        public Task Ended => ended;

        public static async Task<LoneEngine> StartAsync(World world)
        {
            var platform = await Platform.StartAsync(world.Options, world.Logs, TimeProvider.System, CancellationToken.None);
            var recovery = new Recovery(platform.Reader, platform.Snapshots, PaperVenue.Factory);
            var recovered = await recovery.RecoverAsync("main", CancellationToken.None);
            var (commands, inbox, signals) = (Channel.CreateUnbounded<Arrival>(), Channel.CreateUnbounded<Arrival>(), Channel.CreateUnbounded<Arrival>());
            var stopping = new CancellationTokenSource();
            var answering = new Answering(platform, "main");
            var loop = new EngineLoop(platform, world.Options.Portfolios[0], recovered, recovery, answering, new LateRepeats(platform, "main", answering, inbox.Writer),
                new FirmDesk(platform, "main", commands.Writer), world.Logs.CreateLogger("lone"));
            return new LoneEngine(platform, loop.RunAsync(commands.Reader, inbox.Reader, signals.Reader, stopping.Token), inbox.Writer, stopping);
        }

        public ValueTask TellAsync(Input input) => inbox.WriteAsync(new Arrival(input, null, default));

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await platform.DisposeAsync();
            stopping.Dispose();
        }
    }
}
