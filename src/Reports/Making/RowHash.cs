using System.Security.Cryptography;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>
/// SHA-256 over the rows of a report, so that two copies can be compared in whatever format they are. The input is UTF-8, each line
/// ended by LF: for each table its name as a JSON string, its column names as a JSON array, and each row as a JSON array of its
/// cells in the order of the columns, null for none; strings as RFC 8785 writes them, no white space.
/// </summary>
public static class RowHash
{
    private const int Chunk = 1 << 16;

    /// <returns>Hexadecimal, lower case.</returns>
    public static string Of(IReadOnlyList<ReportTable> tables)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var text = new ByteWriter(Chunk * 2);
        foreach (var table in tables)
        {
            CanonicalJson.WriteString(table.Name, text);
            text.Write((byte)'\n');
            Line(text, [.. table.Columns.Select(c => c.Name)]);
            foreach (var row in table.Rows)
            {
                Line(text, row);
                if (text.Length < Chunk) continue;
                hash.AppendData(text.Written);
                text.Clear();
            }
        }

        hash.AppendData(text.Written);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Line(ByteWriter text, string?[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Write(i == 0 ? (byte)'[' : (byte)',');
            if (cells[i] is { } cell) CanonicalJson.WriteString(cell, text);
            else text.Write("null"u8);
        }

        text.Write("]\n"u8);
    }
}
