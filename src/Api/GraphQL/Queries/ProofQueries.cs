using EventSourcedTrading.Api.State;
using HotChocolate.Authorization;
using HotChocolate.CostAnalysis.Types;
using HotChocolate.Types;

namespace EventSourcedTrading.Api.GraphQL.Queries;

/// <summary>What is signed of the log, and that an event is in it.</summary>
[QueryType]
[Authorize("readAudit")]
public static class ProofQueries
{
    /// <summary>How long the log is, how much of it is signed, and whether the newest checkpoint agrees with the tree.</summary>
    [Cost(50)]
    public static Task<LogStatus> GetLogAsync(LogStatusReader reader, CancellationToken ct) => reader.ReadAsync(ct);

    /// <summary>Checkpoints by size, newest first.</summary>
    /// <param name="before">Only those of fewer events.</param>
    /// <param name="first">1 to 500.</param>
    public static Task<IReadOnlyList<LogCheckpoint>> GetCheckpointsAsync([GraphQLType("Position")] long? before, LogStatusReader reader, CancellationToken ct, int first = 50) => reader.CheckpointsAsync(before, first, ct);

    /// <summary>That an event is in the log under a checkpoint: its leaf, and the way from it up to the signed root (RFC 9162, section 2.1.3).</summary>
    /// <param name="position">Of the event.</param>
    /// <param name="size">Of the checkpoint; the newest if left out.</param>
    [Cost(50)]
    public static Task<InclusionProof> GetInclusionProofAsync([GraphQLType("Position")] long position, [GraphQLType("Position")] long? size, LogStatusReader reader, CancellationToken ct) => reader.ProveAsync(position, size, ct);
}
