using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>A run between two market times: everything that it needs to go on as if it had never stopped, but its outputs.</summary>
/// <param name="Sequence">Of the last signal that was taken.</param>
/// <param name="Signals">Taken so far.</param>
public sealed record BacktestState(long Sequence, long Signals, IReadOnlyList<SeatState> Agents, StateSnapshot Engine);

/// <summary>How often a run's state is kept, and by whom.</summary>
/// <param name="Every">At least so much wall-clock time apart; zero for as often as it can be. It changes nothing that the run decides.</param>
/// <param name="Keep">Called on the engine's thread; the run goes on when it returns.</param>
public sealed record Checkpointing(TimeSpan Every, TimeProvider Time, Action<BacktestState> Keep);
