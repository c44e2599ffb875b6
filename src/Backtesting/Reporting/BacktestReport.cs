using System.Globalization;
using System.Net;
using System.Text;
using EventSourcedTrading.Backtesting.Running;

namespace EventSourcedTrading.Backtesting.Reporting;

/// <summary><c>report.html</c>: a run as one page that needs nothing else, no script, no file beside it; to be read in light or dark, and printed.</summary>
internal static class BacktestReport
{
    /// <summary>Instruments whose prices and trades are drawn: those with most orders.</summary>
    public const int MaxInstruments = 12;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--rule:#d8dee4;--line:#0b57a4;--area:#0b57a422;--buy:#1a7f37;--sell:#cf222e}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--rule:#30363d;--line:#6cb6ff;--area:#6cb6ff22;--buy:#57ab5a;--sell:#f47067}}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;padding:0 1.5rem;max-width:68rem}
        h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
        h2{font-size:1.1rem;margin:2rem 0 .4rem;break-after:avoid}
        p{margin:.3rem 0;color:var(--soft)}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.2rem 1.5rem;margin:1.2rem 0}
        .figures div{border-top:1px solid var(--rule);padding:.35rem 0}
        .figures b{display:block;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
        .figures span{color:var(--soft);font-size:.82rem}
        svg{width:100%;height:auto;display:block;break-inside:avoid}
        svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
        .y{text-anchor:end;dominant-baseline:middle}.x{text-anchor:middle}.x.first{text-anchor:start}.x.last{text-anchor:end}
        .g{stroke:var(--rule);stroke-width:.7;fill:none}.l{stroke:var(--line);stroke-width:1.2;fill:none;stroke-linejoin:round}.a{fill:var(--area)}
        .b{fill:var(--buy)}.s{fill:var(--sell)}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-size:.82rem;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:.22rem 0 .22rem 1.1rem;border-bottom:1px solid var(--rule);white-space:nowrap}
        th:first-child,td:first-child{text-align:left;padding-left:0}
        thead th{border-bottom:1.5px solid var(--ink);vertical-align:bottom}
        tbody th{font-weight:400}
        .facts td{text-align:left;white-space:normal;overflow-wrap:anywhere}
        tr{break-inside:avoid}
        .loss{color:var(--sell)}
        @page{size:A4;margin:14mm}
        @media print{:root{--ink:#000;--soft:#444;--paper:#fff;--rule:#ccc;--line:#0b57a4;--area:#0b57a422;--buy:#1a7f37;--sell:#cf222e}body{margin:0;padding:0;max-width:none;font-size:10pt}.wide{overflow:visible}}
        """;

    public static void Write(Stream to, string folder, BacktestSetup setup, BacktestResult result)
    {
        using var html = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var title = $"Backtest {result.Id}";
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.WriteLine("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        html.WriteLine($"<title>{Text(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{Text(title)}</h1>");
        var run = result.Statistics.Run;
        html.WriteLine($"<p>Portfolio {Text(result.Portfolio)} on {Text(result.Source)}, {Day(run.From)} to {Day(run.To)}, amounts in {Text(result.BaseCurrency)}</p>");
        ReportTables.Figures(html, run);
        if (ChartLines.Read(folder) is { } lines)
        {
            Chart(html, "Equity", lines.Equity, lines, 280, v => v.ToString("#,0.##", CultureInfo.InvariantCulture));
            Chart(html, "Drawdown", lines.Drawdown, lines, 150, Share, fromZero: true);
            Chart(html, "Gross exposure over equity", lines.Exposure, lines, 150, Share, fromZero: true);
            Trades(html, folder, setup, lines);
        }

        ReportTables.Months(html, run.Months);
        ReportTables.Groups(html, result.Statistics);
        ReportTables.Facts(html, result);
        html.WriteLine("</body>\n</html>");
    }

    private static void Trades(StreamWriter html, string folder, BacktestSetup setup, ChartLines lines)
    {
        var traded = lines.Trades(folder, MaxInstruments);
        if (traded.Count == 0) return;
        var prices = lines.Prices(setup.Signals(), [.. traded.Select(t => t.Instrument)]);
        foreach (var (instrument, marks, orders) in traded)
        {
            html.WriteLine($"<h2>{Text(instrument)}: {orders.ToString("#,0", CultureInfo.InvariantCulture)} executed {(orders == 1 ? "order" : "orders")}</h2>");
            if (orders > marks.Count) html.WriteLine($"<p>The first {marks.Count} are drawn; orders.csv has all.</p>");
            SvgChart.Draw(html, $"Price of {Text(instrument)} with its trades", prices[instrument], lines.Starts, 220, v => v.ToString("0.####", CultureInfo.InvariantCulture), marks: marks);
        }
    }

    private static void Chart(StreamWriter html, string name, ChartLine line, ChartLines lines, int height, Func<double, string> format, bool fromZero = false)
    {
        html.WriteLine($"<h2>{name}</h2>");
        SvgChart.Draw(html, name, line, lines.Starts, height, format, fromZero);
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Day(Domain.Time.Timestamp? at) => at?.ToDateTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never";

    private static string Share(double value) => value.ToString("0.##%", CultureInfo.InvariantCulture).Replace('-', '−');
}
