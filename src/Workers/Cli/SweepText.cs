using System.Globalization;
using EventSourcedTrading.Backtesting.Sweeping;
using EventSourcedTrading.Domain.Time;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What came out of a sweep, for people.</summary>
internal static class SweepText
{
    public static void Write(SweepResult r, string folder, bool wasThere, int top)
    {
        if (r.WalkForward is { } forward) Forward(r, forward, top);
        else Ranking(r, top);
        foreach (var warning in r.Warnings) AnsiConsole.MarkupLineInterpolated($"[yellow]warning:[/] {warning}");
        if (r.Plan.LeftOut is [var left, ..]) Terminal.Note($"{r.Plan.LeftOut.Count:#,0} left out as they cannot be run, such as {left.Name}: {left.Reason}");
        AnsiConsole.MarkupLineInterpolated($"{(wasThere ? "run before, nothing done: " : "")}{Path.Combine(folder, SweepResult.Name)}");
    }

    private static void Ranking(SweepResult r, int top)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn(Right("rank"));
        foreach (var name in Short(r.Plan.Axes)) table.AddColumn(Right(name));
        foreach (var column in (string[])["Sharpe", "deflated", "return", "drawdown", "trips"]) table.AddColumn(Right(column));
        table.AddColumn("");
        foreach (var t in r.Ranking.Take(top))
        {
            string[] cells =
            [
                $"{t.Rank}", .. t.Parameters.Values, Ratio(t.Sharpe), Share(t.DeflatedSharpe), Share(t.TotalReturn), Share(t.MaxDrawdown), $"{t.Trades:#,0}",
                t switch { { Sharpe: null } => "no Sharpe ratio", { Sharpe: <= 0 } => "loses", { Warning: null } => "", _ => "overfitted?" },
            ];
            table.AddRow(Array.ConvertAll(cells, Markup.Escape));
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"{Math.Min(top, r.Ranking.Count):#,0} of {r.Ranking.Count:#,0} combinations; deflated: the chance that the Sharpe ratio is real after {r.Ranking.Count:#,0} tries");
    }

    private static void Forward(SweepResult r, WalkForward forward, int top)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn(Right("")).AddColumns("train from", "test from");
        foreach (var name in Short(r.Plan.Axes)) table.AddColumn(Right(name));
        foreach (var column in (string[])["Sharpe in", "deflated", "out", "return in", "out"]) table.AddColumn(Right(column));
        foreach (var w in forward.Windows.Take(top))
        {
            string[] cells =
            [
                $"{w.Window.Number}", Day(w.Window.Train.Begin), Day(w.Window.Test.Begin), .. w.Values, Ratio(w.TrainSharpe), Share(w.TrainDeflated), Ratio(w.TestSharpe), Share(w.TrainReturn), Share(w.TestReturn),
            ];
            table.AddRow(Array.ConvertAll(cells, Markup.Escape));
        }

        AnsiConsole.Write(table);
        var (last, test) = (forward.Windows[^1].Window.Test.End, forward.OutOfSample);
        AnsiConsole.MarkupLineInterpolated($"{Math.Min(top, forward.Windows.Count):#,0} of {forward.Windows.Count:#,0} windows with data ({r.Plan.Windows.Count:#,0} planned), each the best of {r.Plan.Runs / r.Plan.Windows.Count - 1:#,0} combinations; the last test ends before {Day(last)}");
        var sums = new Table().Border(TableBorder.Minimal).AddColumn("").AddColumn(Right("in sample")).AddColumn(Right("out of sample")).AddColumn(Right("efficiency"));
        sums.AddRow("return a year, not compounded", Share(forward.TrainReturn), Share(forward.TestReturn), Share(forward.ReturnEfficiency));
        sums.AddRow("Sharpe ratio, a year", Ratio(forward.TrainSharpe), Ratio(test.Sharpe), Share(forward.SharpeEfficiency));
        sums.AddRow("  above zero with chance", "", Share(test.ProbabilisticSharpe), "");
        sums.AddRow("round trips, won", "", $"{test.Trades.Count:#,0}, {Share((double?)test.Trades.WinRate)}", "");
        sums.AddRow("total return, chained", "", Share(test.TotalReturn), "");
        sums.AddRow("deepest drawdown, chained", "", Share(test.Drawdown.Depth), "");
        AnsiConsole.Write(sums);
    }

    /// <summary>Without what stands before the point, where that tells them apart.</summary>
    private static IReadOnlyList<string> Short(IReadOnlyList<GridAxis> axes)
    {
        List<string> names = [.. axes.Select(a => a.Name[(a.Name.IndexOf('.', StringComparison.Ordinal) + 1)..])];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count ? names : [.. axes.Select(a => a.Name)];
    }

    private static TableColumn Right(string name) => new TableColumn(new Text(name)).RightAligned();

    private static string Day(Timestamp at) => at.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Ratio(double? n) => n?.ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−') ?? "–";

    private static string Share(double? n) => n?.ToString("0.00 %", CultureInfo.InvariantCulture).Replace('-', '−') ?? "–";
}
