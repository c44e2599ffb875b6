using System.Text;

namespace EventSourcedTrading.Reports;

/// <summary>
/// A report as CSV by RFC 4180, UTF-8, a file for each table with a header line: those of the report, and <c>about</c>, <c>sources</c>
/// (where each field came from) and <c>not-covered</c>.
/// </summary>
/// <remarks>
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection), so that a rationale cannot run
/// anything on the desk of who opens it. JSON has the text as it is. The row hash is over the text as it is.
/// </remarks>
public static class ReportCsv
{
    public static IReadOnlyList<ReportTable> Tables(Report report) =>
    [
        .. report.Tables,
        ReportTable.Of("about", "About", ReportAbout.Lines(report), new("field", "", l => l.Field), new Column<(string Field, string? Value)>("value", "", l => l.Value)),
        ReportTable.Of("sources", "Where each field came from", [.. report.Tables.SelectMany(t => t.Columns.Select(c => (Table: t.Name, Column: c)))],
            new("table", "", s => s.Table), new("field", "", s => s.Column.Name), new Column<(string Table, ReportColumn Column)>("source", "", s => s.Column.Source)),
        ReportTable.Of("not-covered", "What is not covered, and why", report.NotCovered, new("what", "", g => g.What), new Column<Gap>("why", "", g => g.Why)),
    ];

    /// <summary>File name of a table, without folder.</summary>
    public static string FileName(ReportTable table) => $"{table.Name.Replace(' ', '-')}.csv";

    public static void Write(Stream to, ReportTable table)
    {
        using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        text.WriteLine(string.Join(',', table.Columns.Select(c => Field(c.Name, numeric: false))));
        foreach (var row in table.Rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (i > 0) text.Write(',');
                text.Write(Field(row[i] ?? "", table.Columns[i].Numeric));
            }

            text.WriteLine();
        }
    }

    internal static string Field(string value, bool numeric)
    {
        if (!(numeric && IsNumber(value)) && IsFormula(value)) value = $"'{value}";
        return value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"")}\"";
    }

    /// <summary>Spreadsheets look past leading white space and know full-width signs too.</summary>
    private static bool IsFormula(string value)
    {
        var start = value.AsSpan().TrimStart();
        return (value.Length > 0 && value[0] is '\t' or '\r' or '\n') || (start.Length > 0 && start[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠');
    }

    /// <summary>A sign, digits and a point: nothing that could name a function or a cell.</summary>
    private static bool IsNumber(string value) => value.AsSpan(value.StartsWith('-') ? 1 : 0).IndexOfAnyExcept("0123456789.") < 0;
}
