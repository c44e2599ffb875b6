namespace EventSourcedTrading.Backtesting.Output;

/// <summary>The files of a run that grow while it runs.</summary>
public sealed class RunFiles : IDisposable
{
    private readonly Dictionary<TableSchema, CsvTable> tables = new(ReferenceEqualityComparer.Instance);

    /// <param name="lengths">By file name, from <see cref="Flush"/> of the run that broke off; null begins anew.</param>
    /// <exception cref="IOException">A file is shorter than that, or cannot be written.</exception>
    public RunFiles(string folder, IReadOnlyDictionary<string, long>? lengths)
    {
        Events = new EventsFile(folder, lengths?[EventsFile.Name] ?? 0);
        foreach (var schema in RunTables.All) tables[schema] = new CsvTable(folder, schema, lengths?[schema.CsvFile] ?? 0);
    }

    public EventsFile Events { get; }

    public CsvTable this[TableSchema schema] => tables[schema];

    /// <summary>Hands everything to the operating system; returns the length of each file by its name.</summary>
    public Dictionary<string, long> Flush()
    {
        var lengths = tables.ToDictionary(t => t.Key.CsvFile, t => t.Value.Flush());
        lengths[EventsFile.Name] = Events.Flush();
        return lengths;
    }

    public void Dispose()
    {
        Events.Dispose();
        foreach (var table in tables.Values) table.Dispose();
    }
}
