using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Domain.Json;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What came out, for programs. Counts and amounts as strings.</summary>
/// <param name="NatsDigest">Of the run through NATS, if it was asked for.</param>
/// <param name="WasThere">It had been run before; nothing was done.</param>
internal sealed record BacktestSummary(
    string Id, string Folder, string DecisionDigest, string? NatsDigest, string DataHash, string ConfigurationHash, string CodeVersion, string Seed, string Signals, string Events, string Excluded, bool WasThere,
    SortedDictionary<string, string> Statistics)
{
    public static BacktestSummary Of(BacktestResult r, string folder, string? natsDigest, bool wasThere) => new(
        r.Id, folder, r.DecisionDigest, natsDigest, r.DataHash, r.ConfigurationHash, r.CodeVersion, $"{r.Seed}", $"{r.Signals}", $"{r.Events}", $"{r.Excluded}", wasThere,
        new SortedDictionary<string, string>(r.Figures().ToDictionary(f => f.Key, f => DecimalText.Format(f.Value)), StringComparer.Ordinal));

    public static void Write(BacktestResult r, string folder, string? natsDigest, bool wasThere)
    {
        var run = r.Statistics.Run;
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("end equity", $"{Money(run.LastEquity)} {r.BaseCurrency}");
        table.AddRow("net profit", Money(run.NetProfit));
        table.AddRow("total return", Share(run.TotalReturn));
        table.AddRow("deepest drawdown", Share(run.Drawdown.Depth));
        table.AddRow("Sharpe ratio, a year", run.Sharpe?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–");
        table.AddRow("  above zero with chance", Share(run.ProbabilisticSharpe));
        table.AddRow("orders, fees", $"{Whole(r.Orders)}, {Money(r.Fees)}");
        table.AddRow("round trips, won", $"{Whole(run.Trades.Count)}, {Share((double?)run.Trades.WinRate)}");
        foreach (var (name, agent) in r.Statistics.Agents) table.AddRow(new Text($"  {name}"), new Text($"{Whole(agent.Trades.Count)} trips, {Money(agent.Trades.NetProfit)}"));
        table.AddRow("signals, events", $"{Whole(r.Signals)}, {Whole(r.Events)}");
        if (r.Excluded > 0) table.AddRow("rows of data left out", Whole(r.Excluded));
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"decision digest {r.DecisionDigest}{(natsDigest is null ? "" : natsDigest == r.DecisionDigest ? ", the same through NATS" : $", through NATS {natsDigest}")}");
        AnsiConsole.MarkupLineInterpolated($"{(wasThere ? "run before, nothing done: " : "")}{Path.Combine(folder, "report.html")}");
    }

    private static string Whole(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Money(decimal? n) => n?.ToString("#,0.00", CultureInfo.InvariantCulture).Replace('-', '−') ?? "–";

    private static string Share(double? n) => n?.ToString("0.00 %", CultureInfo.InvariantCulture).Replace('-', '−') ?? "–";
}
