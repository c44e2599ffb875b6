namespace EventSourcedTrading.Reports;

/// <summary>One kind of report.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Summary">A line for lists.</param>
/// <param name="Types">The events that it is made from; null for all.</param>
/// <param name="BuildAsync">
/// A pure function of the events, which come in the order of the log, of the scope's portfolio, from the first on: those before the
/// period make the state in which it begins, those after it up to the checkpoint say what became of what began in it.
/// </param>
public sealed record ReportDefinition(
    string Name, string Title, string Summary, string Asks, IReadOnlyList<string>? Types, IReadOnlyList<Gap> NotCovered,
    Func<IAsyncEnumerable<LogEvent>, ReportScope, Task<IReadOnlyList<ReportTable>>> BuildAsync);

public static class ReportCatalogue
{
    public static readonly IReadOnlyList<ReportDefinition> All =
    [
        OrderRecords.Definition, ControlChanges.Definition, DecisionLog.Definition, AlterationStatement.Definition, ClockSynchronisation.Definition,
        ExecutionQuality.Definition,
    ];
}
