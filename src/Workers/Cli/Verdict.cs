using EventSourcedTrading.EventStore.Verifying;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Projections.Verifying;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>What a verification found, for programs. Numbers of 64 bits are strings.</summary>
/// <param name="Intact">Neither the log nor a read model that was compared has a fault.</param>
/// <param name="LogIntact">The log has none: what a read model lacks can be made anew.</param>
/// <param name="Projections">Null if the read models were left out.</param>
public sealed record Verdict(
    bool Intact, bool LogIntact, string Size, string Events, string Root, int Checkpoints, int Agreeing, string? NewestCheckpoint,
    IReadOnlyList<VerdictFault> Faults, IReadOnlyList<VerdictProjection>? Projections)
{
    /// <summary>All that was to be compared could be.</summary>
    public bool Complete => Projections?.All(p => p.NotCompared is null) ?? true;

    public static Verdict Of(AuditResult log, IReadOnlyList<ProjectionVerdict>? models)
    {
        var inModels = (models ?? []).SelectMany(m => m.Faults.Select(what => new VerdictFault(AuditFaultKind.ProjectionDisagrees, null, $"{m.Name}, which stands at event {m.Position}: {what}"))).ToList();
        return new Verdict(
            log.Intact && inModels.Count == 0, log.Intact, $"{log.Log.Size}", $"{log.Log.Events}", Convert.ToHexStringLower(log.Log.Root.Span), log.Checkpoints, log.Log.Agreeing,
            log.Newest is { } n ? $"{n.Size}" : null, [.. log.Faults.Select(f => new VerdictFault(f.Kind, f.Position is { } at ? $"{at}" : null, f.What)), .. inModels],
            models is null ? null : [.. models.Select(m => new VerdictProjection(m.Name, $"{m.Position}", $"{m.Rows}", m.Agrees, m.NotCompared, m.Differences))]);
    }
}

/// <param name="Position">Of the first event that shows it.</param>
public sealed record VerdictFault(AuditFaultKind Kind, string? Position, string What);

/// <param name="Position">Where it stands in the log; it was compared there.</param>
/// <param name="Rows">How many were compared.</param>
/// <param name="NotCompared">Why not; null if it was.</param>
public sealed record VerdictProjection(string Name, string Position, string Rows, bool Agrees, string? NotCompared, IReadOnlyList<RowDifference> Differences);
