using System.Threading.Channels;
using EventSourcedTrading.Brokers.Paper;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>
/// Runs the live engine over a data set, in process, as fast as it goes. It has no trading logic: strategies, vote, risk, venue and
/// accounts are those of a live portfolio, and what the engine is told is what it would be told live, in one of the orders in which it
/// could have come. Reading and strategies on one thread, the engine on another.
/// </summary>
public static class Backtest
{
    /// <summary>Signals that go from one thread to the other at a time: few enough that they are still in the cache.</summary>
    private const int BlockLength = 256, Blocks = 4;

    /// <param name="observe">Is given the engine after each input that put something on record, and at the end of each market time.</param>
    /// <returns>Signals that were read.</returns>
    public static async Task<long> RunAsync(BacktestSetup setup, Action<PortfolioEngine> observe, IProgress<long>? progress = null, CancellationToken ct = default)
    {
        var engine = new PortfolioEngine(new PortfolioState(setup.Portfolio), PaperVenue.Factory);
        var (full, empty) = (Channel.CreateBounded<Block>(Blocks), Channel.CreateBounded<Block>(Blocks));
        for (var i = 0; i < Blocks; i++) empty.Writer.TryWrite(new Block());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Task.Run(() => ReadAsync(setup, full.Writer, empty.Reader, stopping.Token), CancellationToken.None);
        var signals = 0L;
        try
        {
            await foreach (var block in full.Reader.ReadAllAsync(ct))
            {
                foreach (var input in block.Inputs) Take(engine, input, observe);
                signals += block.Signals;
                progress?.Report(signals);
                block.Clear();
                empty.Writer.TryWrite(block);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
        return signals;
    }

    private static void Take(PortfolioEngine engine, Input input, Action<PortfolioEngine> observe)
    {
        // The market's time stands for the clock: so rates of messages are those of the market, and a run can be repeated.
        var now = input switch { SignalInput s => s.Signal.Time, IntentInput i => i.Intent.AsOf, ProgressInput p => p.AsOf, _ => engine.State.Frontier };
        engine.Step(input, Timestamp.Max(now, engine.State.Frontier));
        while (true)
        {
            if (engine.Record.Events.Count > 0) observe(engine);
            engine.Record.Clear();
            if (!engine.HasMore) return;
            engine.Step(new ContinueInput(), engine.State.Frontier);
        }
    }

    private static async Task ReadAsync(BacktestSetup setup, ChannelWriter<Block> full, ChannelReader<Block> empty, CancellationToken ct)
    {
        try
        {
            var desk = new AgentDesk(setup);
            var block = await empty.ReadAsync(ct);
            block.Inputs.AddRange(desk.Opening());
            foreach (var signal in setup.Data.Read())
            {
                if (signal.Time > setup.Until) break;
                desk.Show(signal, block.Inputs);
                if (++block.Signals < BlockLength) continue;
                await full.WriteAsync(block, ct);
                block = await empty.ReadAsync(ct);
            }

            await full.WriteAsync(block, ct);
            full.Complete();
        }
        catch (Exception e)
        {
            full.Complete(e);
            throw;
        }
    }

    private sealed class Block
    {
        public List<Input> Inputs { get; } = new(2 * BlockLength);
        public int Signals { get; set; }

        public void Clear()
        {
            Inputs.Clear();
            Signals = 0;
        }
    }
}
