using EventSourcedTrading.Domain.Time;

#pragma warning disable MA0048 // what is told of the log

namespace EventSourcedTrading.Api.State;

/// <param name="Size">Events in the log.</param>
/// <param name="Root">Root hash of the tree over them, base64.</param>
/// <param name="IndexedTo">How far the audit index has followed.</param>
/// <param name="SignedSize">Events that the newest checkpoint covers; null if nothing was ever signed.</param>
/// <param name="CheckpointAgrees">Whether the tree has the newest checkpoint's root at its size; null if nothing was ever signed. `est audit verify` checks every event besides.</param>
public sealed record LogStatus(long Size, string Root, Timestamp UpdatedAt, long IndexedTo, long? SignedSize, Timestamp? SignedAt, bool? CheckpointAgrees, LogVerdict? LastVerification);

/// <summary>The last time that a notary compared the rows with the leaves.</summary>
/// <param name="Size">So many events were looked at.</param>
public sealed record LogVerdict(Timestamp At, long Size, int Faults);

/// <param name="Note">The signed note with its cosignatures (C2SP).</param>
/// <param name="TimeStamps">Authorities that have time-stamped it (RFC 3161).</param>
public sealed record LogCheckpoint(long Size, string Origin, string Root, string Note, Timestamp SignedAt, IReadOnlyList<string> Witnesses, IReadOnlyList<string> TimeStamps);

/// <param name="Leaf">Canonical JSON of the event (RFC 8785), whose hash is the leaf.</param>
/// <param name="Path">Hashes from the leaf's sibling up, base64.</param>
/// <param name="Checkpoint">The signed note that the path leads to; null if that size was never signed.</param>
public sealed record InclusionProof(long Position, long Size, string Leaf, string LeafHash, IReadOnlyList<string> Path, string Root, string? Checkpoint);
