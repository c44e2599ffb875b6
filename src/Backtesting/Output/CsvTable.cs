using System.Buffers.Text;
using System.Text;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Backtesting.Output;

/// <summary>
/// A table that is written row by row as CSV by RFC 4180: UTF-8, a header, lines end with LF, a row is one line. Every row is given cell by
/// cell in the order of the columns.
/// </summary>
public sealed class CsvTable : IDisposable
{
    private readonly GrowingFile file;
    private readonly TableSchema schema;
    private int cell;

    /// <param name="length">What is behind it, from a run that broke off, is cut away; 0 begins anew.</param>
    public CsvTable(string folder, TableSchema schema, long length)
    {
        this.schema = schema;
        file = new GrowingFile(Path.Combine(folder, schema.CsvFile), length);
        if (length > 0) return;
        foreach (var column in schema.Columns) Cell(column.Name);
        End();
    }

    public TableSchema Schema => schema;

    public CsvTable Cell(string? text)
    {
        Next();
        if (text is null) return this;
        if (text.AsSpan().IndexOfAny(",\"\r\n") >= 0) text = $"\"{text.Replace("\"", "\"\"").ReplaceLineEndings(" ")}\"";
        Encoding.UTF8.GetBytes(text, file.Text.Append(Encoding.UTF8.GetByteCount(text)));
        return this;
    }

    public CsvTable Cell(Timestamp? time)
    {
        Next();
        time?.Format(file.Text.Append(Timestamp.TextLength));
        return this;
    }

    /// <summary>An amount, to ten digits after the point.</summary>
    public CsvTable Cell(decimal? amount)
    {
        Next();
        if (amount is not { } value) return this;
        Span<byte> text = stackalloc byte[40];
        file.Text.Write(text[..DecimalText.Format(value.Scale > TableSchema.Digits ? Math.Round(value, TableSchema.Digits) : value, text)]);
        return this;
    }

    public CsvTable Cell(long number)
    {
        Next();
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, text, out var written);
        file.Text.Write(text[..written]);
        return this;
    }

    /// <exception cref="InvalidOperationException">The row has not as many cells as there are columns.</exception>
    public void End()
    {
        if (cell != schema.Columns.Count) throw new InvalidOperationException($"{schema.Name}: the row has {cell} cells; there are {schema.Columns.Count} columns.");
        cell = 0;
        file.Text.Write((byte)'\n');
        file.Spill();
    }

    /// <summary>Hands everything to the operating system; returns the length of the file.</summary>
    public long Flush() => file.Flush();

    public void Dispose() => file.Dispose();

    private void Next()
    {
        if (cell++ > 0) file.Text.Write((byte)',');
    }
}
