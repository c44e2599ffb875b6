namespace EventSourcedTrading.Reports;

/// <summary>
/// Who the references in a report were at the time of making it. A name can be forgotten and the log cannot, so names are no part of
/// what is reproducible: they stand in a table behind the others, which the SHA-256 over the rows leaves out.
/// </summary>
public static class PersonNames
{
    public const string Table = "persons";

    private const string Caption = "Not part of the reproducible report, nor of its SHA-256: whom the references mean, as far as that is known now.";

    /// <summary>All cells, to find references in.</summary>
    public static string TextOf(Report report) => string.Join('\n', report.Tables.SelectMany(t => t.Rows).SelectMany(r => r).Where(c => c is not null));

    /// <param name="names">By reference.</param>
    public static Report Append(Report report, IReadOnlyDictionary<string, string> names) => report with
    {
        Tables =
        [
            .. report.Tables,
            ReportTable.Of<KeyValuePair<string, string>>(
                Table, Caption, [.. names.OrderBy(n => n.Key, StringComparer.Ordinal)], new("reference", "as in the other tables", n => n.Key), new("name", "privacy.persons", n => n.Value)),
        ],
    };
}
