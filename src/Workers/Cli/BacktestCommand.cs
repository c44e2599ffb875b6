using System.CommandLine;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est backtest</c></summary>
public static class BacktestCommand
{
    public static Command Create() => new("backtest", "the live engine, agents and paper venue on old or invented market data") { BacktestRunCommand.Create(), BacktestSweepCommand.Create() };
}
