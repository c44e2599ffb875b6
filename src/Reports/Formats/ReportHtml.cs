using System.Net;
using System.Text;

namespace EventSourcedTrading.Reports;

/// <summary>A report as one page that needs nothing else: to be read, printed and filed. No script; all text is escaped.</summary>
public static class ReportHtml
{
    /// <summary>Rows of one table that a page shows; JSON and CSV have all of them.</summary>
    public const int MaxRows = 10_000;

    private const string Style = """
        :root{color-scheme:light}
        body{font:15px/1.5 Charter,"Bitstream Charter","Iowan Old Style",Georgia,serif;color:#1b1f24;background:#fff;margin:2.5rem auto;padding:0 2rem;max-width:100rem}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
        h2{font-size:1.15rem;margin:2.2rem 0 .5rem;break-after:avoid}
        p{max-width:48rem;margin:.4rem 0}
        .note{color:#57606a;font-size:.88rem}
        table{border-collapse:collapse;width:100%;font:11.5px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
        .wide{overflow-x:auto}
        th,td{text-align:left;vertical-align:top;padding:.28rem .55rem .28rem 0;border-bottom:1px solid #e4e7eb}
        thead{display:table-header-group}
        thead th{border-bottom:1.5px solid #1b1f24;font-weight:600;vertical-align:bottom}
        tbody th{font-weight:600;width:14rem}
        tr{break-inside:avoid}
        .n{text-align:right;white-space:nowrap}
        td{overflow-wrap:anywhere;min-width:3.2rem}
        td.t{white-space:pre-wrap}
        .about{max-width:60rem}
        @page{size:A4 landscape;margin:14mm 12mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif}}
        @media print{body{margin:0;padding:0;max-width:none;font-size:10pt}table{font-size:6.4pt}.wide{overflow:visible}td{min-width:0}th,td{padding:.15rem .35rem .15rem 0}.report{break-before:auto}.end{break-before:page}}
        """;

    public static void Write(Stream to, Report report)
    {
        using var html = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.WriteLine("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        html.WriteLine($"<title>{Text(report.Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<header>\n<h1>{Text(report.Title)}</h1>\n<p>{Text(report.Asks)}</p>\n</header>");
        About(html, report);
        foreach (var table in report.Tables) Table(html, table);
        html.WriteLine("<section class=\"end\">\n<h2>What is not covered, and why</h2>\n<table>\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\">why</th></tr></thead>\n<tbody>");
        foreach (var gap in report.NotCovered) html.WriteLine($"<tr><td>{Text(gap.What)}</td><td>{Text(gap.Why)}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
        Sources(html, report);
        html.WriteLine("</body>\n</html>");
    }

    private static void About(StreamWriter html, Report report)
    {
        html.WriteLine("<section>\n<table class=\"about\">\n<tbody>");
        // Title and what is asked stand above.
        foreach (var (field, value) in ReportAbout.Lines(report).Where(l => l.Field is not ("title" or "what is asked") && l.Value is not null))
            html.WriteLine($"<tr><th scope=\"row\">{Text(field)}</th><td class=\"t\">{Text(value!)}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
    }

    private static void Table(StreamWriter html, ReportTable table)
    {
        html.WriteLine($"<section class=\"report\">\n<h2>{Text(table.Caption)}</h2>");
        if (table.Rows.Count == 0)
        {
            html.WriteLine("<p class=\"note\">None in this period.</p>\n</section>");
            return;
        }

        // A page is narrow: columns in which no row has a value are named and not drawn.
        var shown = Enumerable.Range(0, table.Columns.Count).Where(c => table.Rows.Any(r => !string.IsNullOrEmpty(r[c]))).ToArray();
        html.Write("<div class=\"wide\">\n<table>\n<thead><tr>");
        foreach (var c in shown) html.Write($"<th scope=\"col\"{(table.Columns[c].Numeric ? " class=\"n\"" : "")}>{Text(table.Columns[c].Name)}</th>");
        html.WriteLine("</tr></thead>\n<tbody>");
        foreach (var row in table.Rows.Take(MaxRows))
        {
            html.Write("<tr>");
            foreach (var c in shown) html.Write($"<td{(table.Columns[c].Numeric ? " class=\"n\"" : "")}>{Text(row[c] ?? "")}</td>");
            html.WriteLine("</tr>");
        }

        html.WriteLine("</tbody>\n</table>\n</div>");
        var empty = table.Columns.Where((_, c) => !shown.Contains(c)).Select(c => c.Name).ToList();
        if (table.Rows.Count > MaxRows) html.WriteLine($"<p class=\"note\">The first {MaxRows} of {table.Rows.Count} rows; JSON and CSV have all.</p>");
        if (empty.Count > 0) html.WriteLine($"<p class=\"note\">Without any value in this period, and so not shown: {Text(string.Join(", ", empty))}.</p>");
        html.WriteLine("</section>");
    }

    private static void Sources(StreamWriter html, Report report)
    {
        html.WriteLine("<section>\n<h2>Where each field came from</h2>\n<table>\n<thead><tr><th scope=\"col\">table</th><th scope=\"col\">field</th><th scope=\"col\">event type and member, or how it was worked out</th></tr></thead>\n<tbody>");
        foreach (var table in report.Tables)
            foreach (var column in table.Columns)
                html.WriteLine($"<tr><td>{Text(table.Name)}</td><td>{Text(column.Name)}</td><td>{Text(column.Source)}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
    }

    /// <summary>Control characters that HTML does not allow are shown as their pictures (U+2400 on).</summary>
    private static string Text(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\u0001', '\u001f') >= 0)
            text = string.Create(text.Length, text, static (span, from) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = from[i] is < ' ' and not ('\t' or '\n' or '\r') ? (char)(from[i] + 0x2400) : from[i];
            });
        return WebUtility.HtmlEncode(text);
    }
}
