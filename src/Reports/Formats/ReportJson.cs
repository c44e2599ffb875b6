using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;

namespace EventSourcedTrading.Reports;

/// <summary>
/// A report as RFC 8785 canonical JSON: one line, members in ordinal order, so that equal reports are equal bytes.
/// </summary>
/// <remarks>
/// <code>
/// { asks, checkpoint: {origin, root, signedNote, size}, name, notCovered: [ {what, why} ],
///   proof: {events, first: {leafHash, position, proof, type}?, last: the same}, rows, rowsSha256,
///   scope: {from, portfolio, to}, tables: [ {caption, columns: [ {name, numeric, source} ], name, rows: [ [cell, …] ]} ], title }
/// </code>
/// Cells are strings or null, in the order of the columns; counts and positions are strings too.
/// </remarks>
public static class ReportJson
{
    private const int Chunk = 1 << 16;

    public static void Write(Stream to, Report report)
    {
        using var text = new ByteWriter(Chunk * 2);
        text.Write("{"u8);
        Member(text, "asks", report.Asks);
        var checkpoint = report.Scope.Checkpoint;
        text.Write(",\"checkpoint\":{"u8);
        Member(text, "origin", checkpoint.Origin);
        Next(text, "root", checkpoint.RootBase64);
        Next(text, "signedNote", checkpoint.SignedNote);
        Next(text, "size", Cell.Of(checkpoint.Size));
        text.Write("},"u8);
        Member(text, "name", report.Name);
        text.Write(",\"notCovered\":["u8);
        Each(text, report.NotCovered, gap =>
        {
            text.Write("{"u8);
            Member(text, "what", gap.What);
            Next(text, "why", gap.Why);
            text.Write("}"u8);
        });
        text.Write("],\"proof\":{"u8);
        Member(text, "events", Cell.Of(report.Events));
        text.Write(",\"first\":"u8);
        RestsOn(text, report.First);
        text.Write(",\"last\":"u8);
        RestsOn(text, report.Last);
        text.Write("},"u8);
        Member(text, "rows", Cell.Of(report.Rows));
        Next(text, "rowsSha256", report.RowsSha256);
        text.Write(",\"scope\":{"u8);
        Member(text, "from", Cell.Of(report.Scope.From));
        Next(text, "portfolio", report.Scope.Portfolio);
        Next(text, "to", Cell.Of(report.Scope.To));
        text.Write("},\"tables\":["u8);
        Each(text, report.Tables, table => Table(to, text, table));
        text.Write("],"u8);
        Member(text, "title", report.Title);
        text.Write("}\n"u8);
        Flush(to, text);
    }

    private static void Table(Stream to, ByteWriter text, ReportTable table)
    {
        text.Write("{"u8);
        Member(text, "caption", table.Caption);
        text.Write(",\"columns\":["u8);
        Each(text, table.Columns, column =>
        {
            text.Write("{"u8);
            Member(text, "name", column.Name);
            text.Write(column.Numeric ? ",\"numeric\":true"u8 : ",\"numeric\":false"u8);
            Next(text, "source", column.Source);
            text.Write("}"u8);
        });
        text.Write("],"u8);
        Member(text, "name", table.Name);
        text.Write(",\"rows\":["u8);
        Each(text, table.Rows, row =>
        {
            text.Write("["u8);
            Each(text, row, cell => Value(text, cell));
            text.Write("]"u8);
            if (text.Length >= Chunk) Flush(to, text);
        });
        text.Write("]}"u8);
    }

    private static void RestsOn(ByteWriter text, RestsOn? e)
    {
        if (e is null)
        {
            text.Write("null"u8);
            return;
        }

        text.Write("{"u8);
        Member(text, "leafHash", e.LeafHash);
        Next(text, "position", Cell.Of(e.Seq));
        Next(text, "proof", e.Proof);
        Next(text, "type", e.Type);
        text.Write("}"u8);
    }

    private static void Each<T>(ByteWriter text, IReadOnlyList<T> items, Action<T> write)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Write((byte)',');
            write(items[i]);
        }
    }

    private static void Next(ByteWriter text, string name, string? value)
    {
        text.Write((byte)',');
        Member(text, name, value);
    }

    private static void Member(ByteWriter text, string name, string? value)
    {
        CanonicalJson.WriteString(name, text);
        text.Write((byte)':');
        Value(text, value);
    }

    private static void Value(ByteWriter text, string? value)
    {
        if (value is null) text.Write("null"u8);
        else CanonicalJson.WriteString(value, text);
    }

    private static void Flush(Stream to, ByteWriter text)
    {
        to.Write(text.Written);
        text.Clear();
    }
}
