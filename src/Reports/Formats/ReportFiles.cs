namespace EventSourcedTrading.Reports;

public enum ReportFormat { Json, Csv, Html }

/// <summary>Puts a report into files.</summary>
public static class ReportFiles
{
    /// <summary>Writes the report; what was there under the same name is replaced.</summary>
    /// <param name="path">A folder for CSV. Else a file, or a folder that exists, in which the file is named after report and checkpoint.</param>
    /// <returns>The files that were written.</returns>
    public static IReadOnlyList<string> Write(Report report, ReportFormat format, string path)
    {
        if (format != ReportFormat.Csv)
        {
            var file = Directory.Exists(path) ? Path.Combine(path, DefaultName(report, format)) : path;
            Save(file, to =>
            {
                if (format == ReportFormat.Json) ReportJson.Write(to, report);
                else ReportHtml.Write(to, report);
            });
            return [file];
        }

        var files = new List<string>();
        foreach (var table in ReportCsv.Tables(report))
        {
            files.Add(Path.Combine(path, ReportCsv.FileName(table)));
            Save(files[^1], to => ReportCsv.Write(to, table));
        }

        return files;
    }

    /// <summary>Such as <c>orders-12345.html</c>, or the folder <c>orders-12345</c> for CSV.</summary>
    public static string DefaultName(Report report, ReportFormat format) =>
        $"{report.Name}-{report.Scope.Checkpoint.Size}{(format == ReportFormat.Csv ? "" : $".{Cell.Word(format)}")}";

    /// <summary>Whole or not at all: a file that was begun under the final name could be taken for a report.</summary>
    private static void Save(string file, Action<Stream> write)
    {
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        var begun = $"{file}.part";
        using (var to = new BufferedStream(File.Create(begun), 1 << 16)) write(to);
        File.Move(begun, file, overwrite: true);
    }
}
