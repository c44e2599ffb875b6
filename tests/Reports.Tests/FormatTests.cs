using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports.Tests;

public sealed class FormatTests
{
    public static TheoryData<string> Names => [.. ReportCatalogue.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_JSON_is_canonical_and_says_where_each_field_came_from(string name)
    {
        var json = Json(await Morning.Write().ReportAsync(name));
        Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Write(json)) + "\n", Encoding.UTF8.GetString(json));
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal("24", root.GetProperty("checkpoint").GetProperty("size").GetString());
        Assert.NotEmpty(root.GetProperty("notCovered").EnumerateArray());
        Assert.All(root.GetProperty("tables").EnumerateArray().SelectMany(t => t.GetProperty("columns").EnumerateArray()), c => Assert.NotEmpty(c.GetProperty("source").GetString()!));
    }

    [Fact]
    public async Task The_hash_of_the_rows_is_recomputed_from_the_JSON_alone()
    {
        using var document = JsonDocument.Parse(Json(await Morning.Write().ReportAsync("decisions")));
        var lines = new StringBuilder();
        foreach (var table in document.RootElement.GetProperty("tables").EnumerateArray())
        {
            lines.Append(table.GetProperty("name").GetRawText()).Append('\n');
            lines.Append('[').AppendJoin(',', table.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetRawText())).Append("]\n");
            foreach (var row in table.GetProperty("rows").EnumerateArray()) lines.Append(row.GetRawText()).Append('\n');
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString()))), document.RootElement.GetProperty("rowsSha256").GetString());
    }

    [Fact]
    public async Task Another_cell_is_another_hash()
    {
        var report = await Morning.Write().ReportAsync("orders");
        report.Tables[0].Rows[3][22] = "31";
        Assert.NotEqual(report.RowsSha256, RowHash.Of(report.Tables));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_text_of_an_event_becomes_markup_or_a_formula(string name)
    {
        var report = await Morning.Write().ReportAsync(name);
        var html = Html(report);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alert('", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" href", html, StringComparison.Ordinal);
        foreach (var table in ReportCsv.Tables(report))
            foreach (var cell in Parse(Csv(table)).SelectMany(r => r))
                Assert.False(cell.TrimStart() is ['=' or '+' or '@', ..] || (cell.TrimStart().StartsWith('-') && !decimal.TryParse(cell, out _)), $"{table.Name}: '{cell}'");
    }

    [Fact]
    public async Task Hostile_words_are_in_all_formats_as_they_were_said()
    {
        var report = await Morning.Write().ReportAsync("decisions", "main");
        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;", Html(report).Replace("<wbr>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal($"'{Morning.Hostile}", Parse(Csv(report.Table("votes")))[1][9]);
        Assert.Contains("\\\"http://evil.example\\\"", Encoding.UTF8.GetString(Json(report)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_says_what_it_belongs_to_and_nothing_in_a_name_ends_the_style_sheet()
    {
        const string origin = "a \"log\" }</style><b>\\";
        var html = Html(await Morning.Write().ReportAsync("orders", "main", checkpoint: new LogCheckpoint(origin, 24, "AAAA", null)));
        var style = html[html.IndexOf("<style>", StringComparison.Ordinal)..html.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains("@top-left{content:\"Order records, portfolio main, checkpoint 24\"", style, StringComparison.Ordinal);
        Assert.Contains("@bottom-left{content:\"a \\22 log\\22  \\7d \\3c /style\\3e \\3c b\\3e \\5c , 24 events, root AAAA\"", style, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("</style>").Length - 1);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_all_rows_have_is_said_once_and_every_table_has_a_name()
    {
        var html = Html(await Morning.Write().ReportAsync("orders", "main"));
        Assert.Contains("In every row: portfolio main;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<th scope=\"col\">portfolio</th>", html, StringComparison.Ordinal);
        Assert.Equal(html.Split("<table").Length, html.Split("aria-label").Length - html.Split("<div class=\"wide\"").Length + 1);
    }

    [Theory]
    [InlineData("-12.5", true, "-12.5")]
    [InlineData("-12.5", false, "'-12.5")]
    [InlineData("-1+cmd|' /C calc'!A0", true, "'-1+cmd|' /C calc'!A0")]
    [InlineData("  =1+1", false, "'  =1+1")]
    [InlineData("＝1", false, "'＝1")]
    [InlineData("\t=1", false, "'\t=1")]
    [InlineData("a, \"b\"", false, "\"a, \"\"b\"\"\"")]
    [InlineData("plain = fine", false, "plain = fine")]
    public void A_cell_that_a_spreadsheet_would_run_is_text(string value, bool numeric, string expected) => Assert.Equal(expected, ReportCsv.Field(value, numeric));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CSV_has_as_many_records_and_fields_as_the_table(string name)
    {
        foreach (var table in ReportCsv.Tables(await Morning.Write().ReportAsync(name)))
        {
            var records = Parse(Csv(table));
            Assert.Equal(table.Rows.Count + 1, records.Count);
            Assert.All(records, r => Assert.Equal(table.Columns.Count, r.Count));
        }
    }

    [Fact]
    public async Task A_proof_is_asked_for_the_first_and_the_last_event()
    {
        var log = Morning.Write();
        var made = await ReportMaking.MakeAsync(OrderRecords.Definition, new ReportScope(null, null, null, log.Checkpoint), log.Events.ToAsyncEnumerable(), seq => ValueTask.FromResult($"proof of {seq}"));
        Assert.Equal(("proof of 1", "proof of 23"), (made.First!.Proof, made.Last!.Proof));
        Assert.Contains("proof of 23", Html(made), StringComparison.Ordinal);
    }

    /// <summary>RFC 4180 by its grammar.</summary>
    private static List<List<string>> Parse(string csv)
    {
        var records = new List<List<string>>();
        for (var at = 0; at < csv.Length;)
        {
            var record = new List<string>();
            while (true)
            {
                var field = new StringBuilder();
                if (at < csv.Length && csv[at] == '"')
                {
                    for (at++; csv[at] != '"' || (at + 1 < csv.Length && csv[at + 1] == '"'); at++)
                    {
                        if (csv[at] == '"') at++;
                        field.Append(csv[at]);
                    }

                    at++;
                }
                else
                {
                    for (; csv[at] is not (',' or '\r'); at++) field.Append(csv[at]);
                }

                record.Add(field.ToString());
                if (csv[at++] == ',') continue;
                Assert.Equal('\n', csv[at++]);
                break;
            }

            records.Add(record);
        }

        return records;
    }

    private static byte[] Json(Report report) => Written(to => ReportJson.Write(to, report));

    private static string Html(Report report) => Encoding.UTF8.GetString(Written(to => ReportHtml.Write(to, report)));

    private static string Csv(ReportTable table) => Encoding.UTF8.GetString(Written(to => ReportCsv.Write(to, table)));

    private static byte[] Written(Action<Stream> write)
    {
        using var to = new MemoryStream();
        write(to);
        return to.ToArray();
    }
}
