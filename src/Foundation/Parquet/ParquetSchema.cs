using EventSourcedTrading.Parquet.Metadata;

namespace EventSourcedTrading.Parquet;

/// <summary>The columns of a file, in their order. Flat: a column holds one value in each row, or none.</summary>
public sealed class ParquetSchema
{
    private readonly ParquetField[] fields;
    private readonly Dictionary<string, ParquetField> byName = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is no column, or two have one name.</exception>
    public ParquetSchema(params IReadOnlyList<ParquetField> fields)
    {
        if (fields.Count == 0) throw new ArgumentException("The schema has no columns; it needs at least one.", nameof(fields));
        foreach (var field in fields)
            if (!byName.TryAdd(field.Name, field)) throw new ArgumentException($"The schema has two columns named '{field.Name}'; give each a name of its own.", nameof(fields));
        this.fields = [.. fields];
    }

    public IReadOnlyList<ParquetField> Fields => fields;

    /// <summary>The column of this name.</summary>
    /// <exception cref="ParquetException">There is none, or its values are not held as <typeparamref name="T"/>.</exception>
    public ParquetField<T> Field<T>(string name)
    {
        if (!byName.TryGetValue(name, out var field)) throw new ParquetException($"There is no column '{name}'; there are {Listed()}.");
        if (field.Type == ParquetType.Unsupported)
            throw new ParquetException($"Column '{name}' is {field.Element.Type} {field.Element.Converted}, which is not read here; write it as one of the types of {nameof(ParquetType)}, as a signed integer or a text.");
        return field as ParquetField<T> ?? throw new ParquetException($"Column '{name}' is {field.Type}; it is not held as {typeof(T).Name}. {nameof(ParquetType)} says what holds which type.");
    }

    public override string ToString() => string.Join(", ", Fields);

    private string Listed()
    {
        var names = string.Join(", ", Fields.Take(20).Select(f => $"'{f.Name}'"));
        return Fields.Count <= 20 ? names : $"{names} and {Fields.Count - 20} more";
    }

    /// <summary>-1 if the field is not of this schema.</summary>
    internal int PlaceOf(ParquetField field) => Array.IndexOf(fields, field);

    internal IReadOnlyList<SchemaElement> ToElements() => [new SchemaElement("schema", Type: null) { Children = Fields.Count }, .. Fields.Select(f => f.Element)];

    internal static ParquetSchema From(IReadOnlyList<SchemaElement> tree)
    {
        foreach (var element in tree.Skip(1))
        {
            if (element.Children > 0 || element.Type is null || element.IsRepeated)
                throw new ParquetException($"Column '{element.Name}' is nested or repeated; only flat files are read. Write its parts as columns of their own, or as JSON text.");
        }

        if (tree[0].Children != tree.Count - 1) throw new ParquetException($"The schema's root speaks of {tree[0].Children} columns; {tree.Count - 1} follow.");
        if (tree.Skip(1).GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice) throw new ParquetException($"Two columns are named '{twice.Key}'; give each a name of its own.");
        return tree.Count > 1 ? new ParquetSchema([.. tree.Skip(1).Select(FieldOf.Element)]) : throw new ParquetException("The file has no columns.");
    }
}
