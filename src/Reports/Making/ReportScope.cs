using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Reports;

/// <summary>What a report is about. The same scope gives the same bytes whenever the report is made.</summary>
/// <param name="Portfolio">One portfolio, with what concerns the whole firm; null for all.</param>
/// <param name="From">First moment, by the time at which an event was recorded; null for the beginning of the log.</param>
/// <param name="To">First moment after it; null for the checkpoint.</param>
/// <param name="Checkpoint">Nothing that is later in the log is read.</param>
public sealed record ReportScope(string? Portfolio, Timestamp? From, Timestamp? To, LogCheckpoint Checkpoint)
{
    /// <summary>Null if well-formed, else the field, its value and the rule.</summary>
    public string? Validate() =>
        Checkpoint.Size < 0 ? $"checkpoint size {Checkpoint.Size} must not be negative"
        : From >= To ? $"from {From} must be before to {To}: the period has its beginning and not its end" : null;

    /// <summary>Does the period have this moment? Half open.</summary>
    public bool Covers(Timestamp at) => (From is not { } from || at >= from) && (To is not { } to || at < to);

    public bool Concerns(string? portfolio) => Portfolio is null || portfolio is null || portfolio == Portfolio;
}

/// <summary>How much of the log there was, C2SP tlog-checkpoint.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="Size">Events; the last has this position.</param>
/// <param name="RootBase64">RFC 6962 root over them, 32 bytes.</param>
/// <param name="SignedNote">The checkpoint as it was signed, C2SP signed-note; null for one that nobody has signed.</param>
public sealed record LogCheckpoint(string Origin, long Size, string RootBase64, string? SignedNote)
{
    public const string UnsignedOrigin = "unsigned, audit.log_head";

    /// <summary>The head of the log as the database has it: it binds nobody until it is signed.</summary>
    public static LogCheckpoint Of(LogHead head) => new(UnsignedOrigin, head.Size, Convert.ToBase64String(head.Root.Span), null);
}
