using System.Text;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>Reads back what <see cref="CsvTable"/> wrote, a row at a time.</summary>
internal static class CsvRows
{
    /// <summary>The cells of each row, without the header.</summary>
    public static IEnumerable<string[]> Read(string folder, TableSchema schema)
    {
        using var file = new StreamReader(Path.Combine(folder, schema.CsvFile), Encoding.UTF8, detectEncodingFromByteOrderMarks: false, 1 << 16);
        file.ReadLine();
        while (file.ReadLine() is { } line)
        {
            var cells = new string[schema.Columns.Count];
            var at = 0;
            for (var i = 0; i < cells.Length; i++) cells[i] = Cell(line, ref at);
            yield return cells;
        }
    }

    private static string Cell(string line, ref int at)
    {
        var start = at;
        if (start >= line.Length || line[start] != '"')
        {
            var end = line.IndexOf(',', start);
            at = end < 0 ? line.Length : end + 1;
            return line[start..(end < 0 ? line.Length : end)];
        }

        var text = new StringBuilder();
        for (at = start + 1; line[at] != '"' || (at + 1 < line.Length && line[at + 1] == '"'); at++)
        {
            if (line[at] == '"') at++;
            text.Append(line[at]);
        }

        at += 2;
        return text.ToString();
    }
}
