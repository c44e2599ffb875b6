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
    /// <param name="progress">Signals taken so far.</param>
    /// <param name="from">Where an earlier run of the same setup stood; null for the beginning.</param>
    /// <param name="keeping">Who keeps the state meanwhile; null for nobody.</param>
    /// <returns>Signals that were taken, those before <paramref name="from"/> included.</returns>
    public static async Task<long> RunAsync(
        BacktestSetup setup, Action<PortfolioEngine> observe, IProgress<long>? progress = null, BacktestState? from = null, Checkpointing? keeping = null, CancellationToken ct = default)
    {
        var engine = new PortfolioEngine(from?.Engine.Restore() ?? new PortfolioState(setup.Portfolio), PaperVenue.Factory);
        var (full, empty) = (Channel.CreateBounded<Block>(Blocks), Channel.CreateBounded<Block>(Blocks));
        for (var i = 0; i < Blocks; i++) empty.Writer.TryWrite(new Block());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = Task.Run(() => ReadAsync(setup, from, keeping, full.Writer, empty.Reader, stopping.Token), CancellationToken.None);
        var signals = from?.Signals ?? 0L;
        try
        {
            await foreach (var block in full.Reader.ReadAllAsync(ct))
            {
                foreach (var input in block.Inputs) Take(engine, input, observe);
                signals += block.Signals;
                if (block.Agents is { } agents) keeping!.Keep(new BacktestState(block.Sequence, signals, agents, StateSnapshot.Of(engine.State)));
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
        var before = engine.State.Frontier;
        engine.Step(input, Timestamp.Max(now, before));
        while (true)
        {
            if (engine.Record.Events.Count > 0 || engine.State.Frontier > before) observe(engine);
            engine.Record.Clear();
            if (!engine.HasMore) return;
            before = engine.State.Frontier;
            engine.Step(new ContinueInput(), before);
        }
    }

    private static async Task ReadAsync(
        BacktestSetup setup, BacktestState? from, Checkpointing? keeping, ChannelWriter<Block> full, ChannelReader<Block> empty, CancellationToken ct)
    {
        try
        {
            var desk = new AgentDesk(setup);
            var block = await empty.ReadAsync(ct);
            if (from is null) block.Inputs.AddRange(desk.Opening());
            else desk.Restore(from.Agents);
            var keptAt = keeping?.Time.GetTimestamp() ?? 0L;
            foreach (var signal in setup.Signals())
            {
                if (signal.Sequence <= from?.Sequence) continue;
                desk.Show(signal, block.Inputs);
                if (++block.Signals < BlockLength) continue;
                if (keeping is not null && !signal.SliceEnd) continue;
                if (keeping is not null && keeping.Time.GetElapsedTime(keptAt) >= keeping.Every)
                {
                    (block.Agents, block.Sequence) = (desk.Capture(), signal.Sequence);
                    keptAt = keeping.Time.GetTimestamp();
                }

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

        /// <summary>The agents behind its last signal, where the state is to be kept there; else null.</summary>
        public IReadOnlyList<SeatState>? Agents { get; set; }

        /// <summary>Of its last signal, where <see cref="Agents"/> is set.</summary>
        public long Sequence { get; set; }

        public void Clear()
        {
            Inputs.Clear();
            Signals = 0;
            Agents = null;
        }
    }
}
