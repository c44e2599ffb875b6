using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>What can happen to an order; the columns of the state table. FIX ExecType (tag 150) where FIX has a word for it.</summary>
public enum ReportKind
{
    SubmissionAttempted, Submitted, Acknowledged, PartialFill, Fill, CancelRequested, Cancelled, CancelRefused,
    ReplaceRequested, Replaced, ReplaceRefused, Rejected, Expired, InDoubt,
}

/// <summary>What a venue says of one order.</summary>
/// <param name="ExecutionId">
/// Fill: FIX ExecID, which decides whether this is a repeat. Acknowledged: the broker's id of the order. Replaced: the same, where the broker gives
/// the order a new one (Alpaca does), else empty.
/// </param>
/// <param name="Quantity">Fill: of this execution. Replaced: the new whole quantity.</param>
/// <param name="Price">Fill: in the instrument's currency. Replaced: the new limit.</param>
/// <param name="Fee">In the instrument's currency, positive is paid.</param>
/// <param name="At">Market time at the venue.</param>
public readonly record struct ExecutionReport(
    string OrderId, ReportKind Kind, string ExecutionId, decimal Quantity, decimal Price, decimal Fee, string Text, Timestamp At);
