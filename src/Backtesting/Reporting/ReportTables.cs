using System.Globalization;
using EventSourcedTrading.Backtesting.Running;
using EventSourcedTrading.Backtesting.Statistics;

namespace EventSourcedTrading.Backtesting.Reporting;

/// <summary>The tables of a report. What has no value is a dash.</summary>
internal static class ReportTables
{
    private const string None = "–";

    public static void Figures(TextWriter html, PerformanceStatistics run)
    {
        html.WriteLine("<div class=\"figures\">");
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                ("end equity", Money(run.LastEquity)), ("net profit", Money(run.NetProfit)), ("total return", Share(run.TotalReturn)), ("a year", Share(run.AnnualGrowth)),
                ("Sharpe ratio", Ratio(run.Sharpe)), ("it is above zero with chance", Share(run.ProbabilisticSharpe)), ("Sortino ratio", Ratio(run.Sortino)), ("volatility a year", Share(run.Volatility)),
                ("deepest drawdown", Share(run.Drawdown.Depth)), ("exposure", Share(run.Exposure)), ("turnover a year", Ratio(run.Turnover)), ("fees of closed trades", Money(run.Trades.Fees)),
            ])
            html.WriteLine($"<div><b>{value}</b><span>{name}</span></div>");
        html.WriteLine("</div>");
        if (run.Benchmark is { } b) html.WriteLine($"<p>Against the benchmark: beta {Ratio(b.Beta)}, alpha {Share(b.Alpha)} a year, correlation {Ratio(b.Correlation)}, tracking error {Share(b.TrackingError)}.</p>");
    }

    public static void Months(TextWriter html, IReadOnlyList<MonthlyReturn> months)
    {
        if (months.Count == 0) return;
        html.WriteLine("<h2>Monthly returns</h2>\n<div class=\"wide\"><table><thead><tr><th>year</th>");
        for (var month = 1; month <= 12; month++) html.Write($"<th>{month:00}</th>");
        html.WriteLine("<th>all</th></tr></thead><tbody>");
        foreach (var year in months.GroupBy(m => m.Year))
        {
            html.Write($"<tr><th>{year.Key}</th>");
            for (var month = 1; month <= 12; month++) html.Write(Cell(year.FirstOrDefault(m => m.Month == month)?.Return, ""));
            html.WriteLine($"{Cell(year.Aggregate(1.0, (index, m) => index * (1 + m.Return)) - 1, "")}</tr>");
        }

        html.WriteLine("</tbody></table></div>");
    }

    public static void Groups(TextWriter html, BacktestStatistics statistics)
    {
        html.WriteLine("<h2>Trades, by agent and policy</h2>\n<p>Round trips, first in, first out, after fees; a fill in parts gives a trip for each part.</p>");
        html.WriteLine("<div class=\"wide\"><table><thead><tr><th></th><th>trips</th><th>net profit</th><th>fees</th><th>won</th><th>profit factor</th><th>a trip</th><th>average win</th><th>average loss</th><th>worst open loss</th><th>best open profit</th><th>held</th></tr></thead><tbody>");
        Row("portfolio", statistics.Run.Trades);
        foreach (var (name, agent) in statistics.Agents) Row(name, agent.Trades);
        foreach (var (name, policy) in statistics.Policies) Row($"policy {name}", policy.Trades);
        html.WriteLine("</tbody></table></div>");

        void Row(string name, TradeStatistics t) => html.WriteLine(
            $"<tr><th>{BacktestReport.Text(name)}</th><td>{t.Count.ToString("#,0", CultureInfo.InvariantCulture)}</td><td{(t.NetProfit < 0m ? " class=\"loss\"" : "")}>{Money(t.NetProfit)}</td><td>{Money(t.Fees)}</td><td>{Share((double?)t.WinRate)}</td>"
            + $"<td>{Ratio((double?)t.ProfitFactor)}</td><td>{Money(t.Expectancy)}</td><td>{Money(t.AverageWin)}</td><td>{Money(t.AverageLoss)}</td><td>{Money(t.AverageAdverseExcursion)}</td><td>{Money(t.AverageFavourableExcursion)}</td>"
            + $"<td>{(t.AverageDuration is { } held ? held.ToString(held.TotalDays >= 1 ? @"d\d\ hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture) : None)}</td></tr>");
    }

    /// <summary>What it takes to have the run again.</summary>
    public static void Facts(TextWriter html, BacktestResult r)
    {
        html.WriteLine("<h2>To have it again</h2>\n<p>Equal data, configuration, seed and version give an equal digest. configuration.json has the configuration.</p>\n<table class=\"facts\"><tbody>");
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                ("decision digest", r.DecisionDigest), ("data", r.DataHash), ("configuration", r.ConfigurationHash), ("version", r.CodeVersion), ("seed", $"{r.Seed}"),
                ("signals", r.Signals.ToString("#,0", CultureInfo.InvariantCulture)), ("rows left out", r.Excluded.ToString("#,0", CultureInfo.InvariantCulture)), ("events", r.Events.ToString("#,0", CultureInfo.InvariantCulture)),
            ])
            html.WriteLine($"<tr><th>{name}</th><td>{BacktestReport.Text(value)}</td></tr>");
        html.WriteLine("</tbody></table>");
    }

    private static string Cell(double? value, string none) => value is { } v ? $"<td{(v < 0 ? " class=\"loss\"" : "")}>{Share(v)}</td>" : $"<td>{none}</td>";

    private static string Money(decimal? amount) => amount?.ToString("#,0.00", CultureInfo.InvariantCulture).Replace('-', '−') ?? None;

    private static string Share(double? share) => share?.ToString("0.00%", CultureInfo.InvariantCulture).Replace('-', '−') ?? None;

    private static string Ratio(double? ratio) => ratio?.ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−') ?? None;
}
