namespace EventSourcedTrading.Domain.Orders;

/// <summary>
/// Where an order stands. FIX OrdStatus (tag 39) where FIX has a word for it; <see cref="Approved"/>, <see cref="Blocked"/> and
/// <see cref="InDoubt"/> are ours: before the broker knows of it, and when we do not know what the broker knows.
/// </summary>
public enum OrderState
{
    None, Approved, Blocked, PendingNew, Submitted, New, PartiallyFilled, Filled,
    PendingCancel, Canceled, PendingReplace, Rejected, Expired, InDoubt,
}
