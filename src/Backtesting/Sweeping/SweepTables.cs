using EventSourcedTrading.Backtesting.Output;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary><c>ranking.csv</c> and, of walk-forward, <c>windows.csv</c>: what sweep.json has, for a spreadsheet.</summary>
internal static class SweepTables
{
    public static void Write(string folder, SweepResult result)
    {
        using (var ranking = new CsvTable(folder, Ranking(result.Plan.Axes), 0))
        {
            foreach (var t in result.Ranking)
            {
                ranking.Cell(t.Window is { } window ? $"{window}" : null).Cell(t.Rank).Cell(t.Run);
                foreach (var axis in result.Plan.Axes) ranking.Cell(t.Parameters[axis.Name]);
                ranking.Cell(Ratio(t.Sharpe)).Cell(Ratio(t.DeflatedSharpe)).Cell(Ratio(t.TotalReturn)).Cell(Ratio(t.MaxDrawdown)).Cell(t.NetProfit).Cell(t.Trades).Cell(t.Warning).End();
            }

            ranking.Flush();
        }

        if (result.WalkForward is not { } forward) return;
        using var windows = new CsvTable(folder, Windows(result.Plan.Axes), 0);
        foreach (var w in forward.Windows)
        {
            windows.Cell(w.Window.Number).Cell(w.Window.Train.Begin).Cell(w.Window.Test.Begin).Cell(w.Window.Test.End);
            foreach (var value in w.Values) windows.Cell(value);
            windows.Cell(Ratio(w.TrainSharpe)).Cell(Ratio(w.TrainDeflated)).Cell(Ratio(w.TrainReturn)).Cell(Ratio(w.TestSharpe)).Cell(Ratio(w.TestReturn)).Cell(Ratio(w.TestDrawdown))
                .Cell(w.TestProfit).Cell(w.TestTrades).Cell(w.TestRun).End();
        }

        windows.Flush();
    }

    private static TableSchema Ranking(IReadOnlyList<GridAxis> axes) => new("ranking",
    [
        new("window", CellKind.Whole, true), new("rank", CellKind.Whole), new("run", CellKind.Text), .. axes.Select(a => new TableColumn(a.Name, CellKind.Text)),
        new("sharpe", CellKind.Decimal, true), new("deflatedSharpe", CellKind.Decimal, true), new("totalReturn", CellKind.Decimal, true), new("maxDrawdown", CellKind.Decimal, true),
        new("netProfit", CellKind.Decimal, true), new("trades", CellKind.Whole), new("warning", CellKind.Text, true),
    ]);

    private static TableSchema Windows(IReadOnlyList<GridAxis> axes) => new("windows",
    [
        new("window", CellKind.Whole), new("trainFrom", CellKind.Time), new("testFrom", CellKind.Time), new("testUntil", CellKind.Time), .. axes.Select(a => new TableColumn(a.Name, CellKind.Text)),
        new("trainSharpe", CellKind.Decimal, true), new("trainDeflatedSharpe", CellKind.Decimal, true), new("trainReturn", CellKind.Decimal, true), new("testSharpe", CellKind.Decimal, true),
        new("testReturn", CellKind.Decimal, true), new("testDrawdown", CellKind.Decimal, true), new("testNetProfit", CellKind.Decimal, true), new("testTrades", CellKind.Whole), new("testRun", CellKind.Text),
    ]);

    // A ratio beyond a decimal says nothing.
    private static decimal? Ratio(double? value) => value is { } v && Math.Abs(v) < 1e15 ? (decimal)v : null;
}
