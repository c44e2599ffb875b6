using EventSourcedTrading.Parquet.Thrift;

namespace EventSourcedTrading.Parquet.Metadata;

/// <summary>Rows that are stored together, column by column.</summary>
internal sealed record RowGroup(IReadOnlyList<ColumnChunk> Columns, long Rows)
{
    public void Write(CompactWriter w, int ordinal) => w
        .Structs(1, Columns, (c, column) => column.Write(c))
        .Field(2, Columns.Sum(c => c.UncompressedBytes)).Field(3, Rows)
        .Field(5, Columns[0].Start).Field(6, Columns.Sum(c => c.CompressedBytes)).Field(7, (short)Math.Min(ordinal, short.MaxValue));

    public static RowGroup Read(ref CompactReader r)
    {
        var (columns, rows) = (new List<ColumnChunk>(), -1L);
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    for (var count = r.List(type, CompactType.Struct); count > 0; count--) columns.Add(ColumnChunk.Read(ref r));
                    break;
                case 3: rows = r.Int64(type); break;
                default: r.Skip(type); break;
            }
        }

        return rows < 0 ? throw new ParquetException("A row group does not say how many rows it has.") : new RowGroup(columns, rows);
    }
}

/// <summary>What stands at the end of a file: the schema, where everything is, and pairs of names and texts.</summary>
/// <param name="Schema">The tree depth first: the root, then the columns.</param>
internal sealed record FileMetaData(
    IReadOnlyList<SchemaElement> Schema, long Rows, IReadOnlyList<RowGroup> RowGroups, IReadOnlyDictionary<string, string> Pairs, string? CreatedBy)
{
    /// <summary>1: no page or encoding that a reader of 2013 would not know.</summary>
    private const int Version = 1;

    public void Write(CompactWriter output) => output.Struct(w => w
        .Field(1, Version)
        .Structs(2, Schema, (e, element) => element.Write(e))
        .Field(3, Rows)
        .Structs(4, [.. RowGroups.Index()], (g, group) => group.Item.Write(g, group.Index))
        .Structs(5, [.. Pairs.OrderBy(p => p.Key, StringComparer.Ordinal)], (p, pair) => p.Field(1, pair.Key).Field(2, pair.Value))
        .Field(6, CreatedBy!)
        .Structs(7, [.. Schema.Skip(1)], (o, _) => o.Struct(1, _ => { }))); // TypeDefinedOrder: without it min and max are not believed

    public static FileMetaData Read(ReadOnlySpan<byte> footer, ParquetLimits limits)
    {
        var r = new CompactReader(footer);
        var (schema, groups, pairs) = (new List<SchemaElement>(), new List<RowGroup>(), new Dictionary<string, string>(StringComparer.Ordinal));
        var (rows, created) = (-1L, (string?)null);
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 2:
                    var elements = r.List(type, CompactType.Struct);
                    if (elements - 1 > limits.Columns) throw new ParquetException($"The file has {elements - 1} columns; at most {limits.Columns} are read.");
                    for (; elements > 0; elements--) schema.Add(SchemaElement.Read(ref r));
                    break;
                case 3: rows = r.Int64(type); break;
                case 4:
                    for (var count = r.List(type, CompactType.Struct); count > 0; count--) groups.Add(RowGroup.Read(ref r));
                    break;
                case 5:
                    for (var count = r.List(type, CompactType.Struct); count > 0; count--) ReadPair(ref r, pairs);
                    break;
                case 6: created = r.String(type); break;
                case 8 or 9: throw new ParquetException("The file is encrypted; write it without encryption.");
                default: r.Skip(type); break;
            }
        }

        return schema.Count == 0 || rows < 0 ? throw new ParquetException("The metadata lack the schema or the number of rows.") : new FileMetaData(schema, rows, groups, pairs, created);
    }

    private static void ReadPair(ref CompactReader r, Dictionary<string, string> pairs)
    {
        var (key, value) = ((string?)null, "");
        short id = 0;
        while (r.NextField(ref id, out var type))
        {
            if (id == 1) key = r.String(type);
            else if (id == 2) value = r.String(type);
            else r.Skip(type);
        }

        pairs[key ?? throw new ParquetException("A pair in the metadata has no key.")] = value;
    }
}
