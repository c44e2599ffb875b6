namespace EventSourcedTrading.Reports;

internal static class Rows
{
    /// <summary>Adds a row, up to the bound.</summary>
    /// <exception cref="ReportTooLargeException">There are <see cref="Report.MaxRows"/> already.</exception>
    public static void Put<T>(this List<T> rows, T row, string report)
    {
        if (rows.Count == Report.MaxRows) throw new ReportTooLargeException(report);
        rows.Add(row);
    }
}
