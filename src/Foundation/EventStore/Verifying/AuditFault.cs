namespace EventSourcedTrading.EventStore.Verifying;

/// <summary>What is wrong with a log.</summary>
public enum AuditFaultKind
{
    /// <summary>A row differs from its leaf, or from what a checkpoint has signed.</summary>
    EventChanged,

    /// <summary>A number of the log has no row.</summary>
    EventMissing,

    /// <summary>A row behind the head of the log.</summary>
    EventUnrecorded,

    /// <summary>Leaves that are missing, or do not follow on each other.</summary>
    LeavesBroken,

    /// <summary>The head's root or size is not that of the events.</summary>
    HeadWrong,

    /// <summary>A kept subtree root is not that of its leaves.</summary>
    SubtreeWrong,

    /// <summary>A checkpoint is not well-formed, or not signed with the key.</summary>
    CheckpointInvalid,

    /// <summary>A signed checkpoint speaks of another history than the one that is there.</summary>
    CheckpointDisagrees,

    /// <summary>The log is shorter than a signed checkpoint says.</summary>
    LogCutOff,

    /// <summary>A stream's versions have a gap, or its version is not that of its last event.</summary>
    StreamBroken,

    /// <summary>A read model is not what the events make of it.</summary>
    ProjectionDisagrees,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Position">seq_id of the first event that shows it; null where it is not about one event.</param>
/// <param name="What">A sentence for people, with the values.</param>
public sealed record AuditFault(AuditFaultKind Kind, long? Position, string What);
