using System.Net;
using System.Text;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports;

/// <summary>A report as one page that needs nothing else: to be read, printed and filed. No script; all text is escaped.</summary>
public static class ReportHtml
{
    /// <summary>Rows of one table that a page shows; JSON and CSV have all of them.</summary>
    public const int MaxRows = 10_000;

    /// <summary>A table with more columns than this is printed on A3: on A4 its words would not fit side by side.</summary>
    private const int WideColumns = 15;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#e4e7eb}
        @media screen and (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#16191d;--soft:#a3abb5;--line:#31363d}}
        body{font:15px/1.5 Charter,"Bitstream Charter","Iowan Old Style",Georgia,serif;color:var(--ink);background:var(--paper);margin:2.5rem auto;padding:0 2rem;max-width:100rem}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
        h2{font-size:1.15rem;margin:2.2rem 0 .5rem;break-after:avoid}
        h3{font:600 .85rem system-ui,sans-serif;margin:1rem 0 .2rem}
        p{max-width:48rem;margin:.4rem 0}
        .note{color:var(--soft);font-size:.88rem}
        table{border-collapse:collapse;width:100%;font:11.5px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
        .wide{overflow-x:auto}
        th,td{text-align:left;vertical-align:top;padding:.28rem .8rem .28rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
        thead{display:table-header-group}
        thead th{border-bottom:1.5px solid var(--ink);font-weight:600;vertical-align:bottom}
        tbody th{font-weight:600;width:14rem}
        tr{break-inside:avoid}
        th.n,td.n{text-align:right}
        td.n,td.w,time{white-space:nowrap}
        time wbr{white-space:normal}
        .few{width:auto;min-width:24rem}
        .about{max-width:60rem}
        pre{font:11px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0 1rem;break-inside:avoid}
        @page{size:A4 landscape;margin:17mm 12mm 16mm}
        @page wide{size:A3 landscape}
        @media print{body{margin:0;padding:0;max-width:none;font-size:10pt}h1{font-size:17pt}h2{font-size:11.5pt;margin-top:6mm}p{max-width:190mm}.note{font-size:8pt}table{font-size:7pt}pre{font-size:6.5pt}.wide{overflow:visible}th,td{padding:.12rem .5rem .12rem 0}.broad{page:wide}.end{break-before:page}}
        """;

    public static void Write(Stream to, Report report)
    {
        using var html = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.WriteLine("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        html.WriteLine($"<title>{Text(Heading(report))}</title>\n<style>\n{Style}\n{Margins(report)}\n</style>\n</head>\n<body>\n<header>\n<h1>{Text(report.Title)}</h1>\n<p>{Text(report.Asks)}</p>\n</header>\n<main>");
        About(html, report);
        foreach (var table in report.Tables) Table(html, table);
        html.WriteLine("<section class=\"end\">\n<h2 id=\"gaps\">What is not covered, and why</h2>\n<table aria-labelledby=\"gaps\">\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\">why</th></tr></thead>\n<tbody>");
        foreach (var gap in report.NotCovered) html.WriteLine($"<tr><td>{Text(gap.What)}</td><td>{Text(gap.Why)}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
        Sources(html, report);
        Proof(html, report);
        html.WriteLine("</main>\n</body>\n</html>");
    }

    private static string Heading(Report report) =>
        $"{report.Title}, {(report.Scope.Portfolio is { } one ? $"portfolio {one}" : "all portfolios")}, checkpoint {report.Scope.Checkpoint.Size}";

    /// <summary>What stands on every printed page, so that one that is lost from the others still says what it belongs to.</summary>
    private static string Margins(Report report)
    {
        var (scope, checkpoint) = (report.Scope, report.Scope.Checkpoint);
        var period = $"recorded from {Cell.Of(scope.From) ?? "the beginning"} to {Cell.Of(scope.To) ?? "the checkpoint"}";
        return string.Concat(
            "@page{", Box("top-left", CssString(Heading(report))), Box("top-right", CssString(period)),
            Box("bottom-left", CssString($"{checkpoint.Origin}, {checkpoint.Size} events, root {checkpoint.RootBase64}")),
            Box("bottom-right", "\"page \" counter(page) \" of \" counter(pages)"), "}");

        static string Box(string where, string content) => $"@{where}{{content:{content};font:7.5pt sans-serif}}";
    }

    /// <summary>CSS Syntax 3, 4.3.7: whatever could end the string, or the style sheet, is written as its code point.</summary>
    private static string CssString(string text) =>
        $"\"{string.Concat(text.EnumerateRunes().Select(r => Rune.IsLetterOrDigit(r) || " .,:+/=-_".Contains(r.ToString(), StringComparison.Ordinal) ? r.ToString() : $"\\{r.Value:x} "))}\"";

    private static void About(StreamWriter html, Report report)
    {
        html.WriteLine("<section>\n<table class=\"about\" aria-label=\"About this report\">\n<tbody>");
        // Title and what is asked stand above; what machines check stands at the end.
        foreach (var (field, value) in ReportAbout.Lines(report).Where(l => l.Field is not ("title" or "what is asked") && !IsProof(l.Field) && l.Value is not null))
            html.WriteLine($"<tr><th scope=\"row\">{Text(field)}</th><td>{Broken(value!)}</td></tr>");
        html.WriteLine($"<tr><th scope=\"row\">checkpoint signed</th><td>{(report.Scope.Checkpoint.SignedNote is null ? "no: it shows what the database says of itself" : "yes; note and proofs are at the end")}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>\n<section>\n<h2 id=\"contents\">Contents</h2>\n<table class=\"few\" aria-labelledby=\"contents\">\n<thead><tr><th scope=\"col\">table</th><th scope=\"col\" class=\"n\">rows</th></tr></thead>\n<tbody>");
        foreach (var table in report.Tables) html.WriteLine($"<tr><td>{Text(table.Caption)}</td><td class=\"n\">{table.Rows.Count}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
    }

    private static bool IsProof(string field) => field is "checkpoint signed" or "proof of the first" or "proof of the last";

    private static void Proof(StreamWriter html, Report report)
    {
        html.WriteLine("<section>\n<h2>Proof</h2>");
        if (report.Scope.Checkpoint.SignedNote is null) html.WriteLine("<p class=\"note\">The checkpoint is not signed: nothing here binds whoever keeps the database.</p>");
        else html.WriteLine("<p class=\"note\">The signed checkpoint (C2SP signed-note), and the proofs that the first and the last event are under it (C2SP tlog-proof), for the leaf hashes above.</p>");
        var signed = report.Scope.Checkpoint.SignedNote is not null;
        foreach (var (field, value) in ReportAbout.Lines(report).Where(l => IsProof(l.Field) && l.Value is not null && (signed || l.Field != "checkpoint signed")))
            html.WriteLine($"<h3>{Text(field)}</h3>\n<pre>{Text(value!)}</pre>");
        html.WriteLine("</section>");
    }

    private static void Table(StreamWriter html, ReportTable table)
    {
        var id = table.Name.Replace(' ', '-');
        // A page is narrow: columns in which no row has a value are named and not drawn, and one value for all rows is said once.
        var shown = Enumerable.Range(0, table.Columns.Count).Where(c => table.Rows.Any(r => !string.IsNullOrEmpty(r[c]))).ToList();
        List<int> same = table.Rows.Count < 3 ? [] : [.. shown.Where(c => table.Rows.All(r => r[c] == table.Rows[0][c]))];
        if (same.Count == shown.Count) same.Clear();
        shown.RemoveAll(same.Contains);
        html.WriteLine($"<section class=\"{(shown.Count > WideColumns ? "report broad" : "report")}\">\n<h2 id=\"{Text(id)}\">{Text(table.Caption)}</h2>");
        if (table.Rows.Count == 0)
        {
            html.WriteLine("<p class=\"note\">None in this period.</p>\n</section>");
            return;
        }

        if (same.Count > 0) html.WriteLine($"<p class=\"note\">In every row: {string.Join("; ", same.Select(c => Text($"{table.Columns[c].Name} {table.Rows[0][c]}")))}.</p>");
        html.Write($"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{Text(id)}\">\n<table aria-labelledby=\"{Text(id)}\">\n<thead><tr>");
        foreach (var c in shown) html.Write($"<th scope=\"col\"{(table.Columns[c].Numeric ? " class=\"n\"" : "")}>{Text(table.Columns[c].Name)}</th>");
        html.WriteLine("</tr></thead>\n<tbody>");
        foreach (var row in table.Rows.Take(MaxRows))
        {
            html.Write("<tr>");
            foreach (var c in shown) html.Write(table.Columns[c].Numeric ? $"<td class=\"n\">{Text(row[c] ?? "")}</td>"
                : row[c] is { Length: <= Short } word && !word.Contains(' ', StringComparison.Ordinal) ? $"<td class=\"w\">{Text(word)}</td>" : $"<td>{Broken(row[c] ?? "")}</td>");
            html.WriteLine("</tr>");
        }

        html.WriteLine("</tbody>\n</table>\n</div>");
        var empty = table.Columns.Where((_, c) => !shown.Contains(c) && !same.Contains(c)).Select(c => c.Name).ToList();
        if (table.Rows.Count > MaxRows) html.WriteLine($"<p class=\"note\">The first {MaxRows} of {table.Rows.Count} rows; JSON and CSV have all.</p>");
        if (empty.Count > 0) html.WriteLine($"<p class=\"note\">Without any value in this period, and so not shown: {Text(string.Join(", ", empty))}.</p>");
        html.WriteLine("</section>");
    }

    private static void Sources(StreamWriter html, Report report)
    {
        html.WriteLine("<section>\n<h2 id=\"origins\">Where each field came from</h2>\n<table aria-labelledby=\"origins\">\n<thead><tr><th scope=\"col\">table</th><th scope=\"col\">field</th><th scope=\"col\">event type and member, or how it was worked out</th></tr></thead>\n<tbody>");
        foreach (var table in report.Tables)
            foreach (var column in table.Columns)
                html.WriteLine($"<tr><td>{Text(table.Name)}</td><td>{Text(column.Name)}</td><td>{Text(column.Source)}</td></tr>");
        html.WriteLine("</tbody>\n</table>\n</section>");
    }

    /// <summary>Text with places where a long word may go on in the next line: at the joints of ids, else after <see cref="Longest"/> characters.</summary>
    private static string Broken(string text)
    {
        if (text is [_, _, _, _, '-', _, _, '-', _, _, 'T', .., 'Z'] && Timestamp.TryParse(text, out _)) return $"<time>{Text(text[..11])}<wbr>{Text(text[11..])}</time>";
        var (pieces, begun, word) = (new StringBuilder(), 0, 0);
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (text[i] == ' ') word = i + 1;
            if (text[i] == ' ' || char.IsHighSurrogate(text[i])) continue;
            var run = i + 1 - word;
            if (!("_,;:-".Contains(text[i], StringComparison.Ordinal) && run >= 4 && text[i + 1] != ' ') && run < Longest) continue;
            pieces.Append(Text(text[begun..(i + 1)])).Append("<wbr>");
            begun = word = i + 1;
        }

        return pieces.Append(Text(text[begun..])).ToString();
    }

    private const int Short = 14, Longest = 20;

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
