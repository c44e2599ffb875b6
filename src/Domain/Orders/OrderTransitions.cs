using EventSourcedTrading.Domain.Engine;
using static EventSourcedTrading.Domain.Orders.OrderState;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>
/// The order state machine as a table: which report may follow which state, and what comes of it. A report that the table does
/// not know is an anomaly, noted and not acted on. After a refused cancel or replace the order is what it was before.
/// </summary>
public static class OrderTransitions
{
    private static readonly OrderState?[,] Table = Build();

    /// <summary>The next state, or null if the report is not legal in this state.</summary>
    public static OrderState? Next(OrderState state, ReportKind report, bool partlyFilled)
    {
        var next = Table[(int)state, (int)report];
        return next == New && partlyFilled ? PartiallyFilled : next;
    }

    /// <summary>The report that an event of an order stands for; null for those that move nothing, or begin the order.</summary>
    public static ReportKind? ReportOf(DomainEvent e) => e switch
    {
        OrderSubmissionAttempted => ReportKind.SubmissionAttempted,
        OrderSubmitted => ReportKind.Submitted,
        OrderAcknowledged => ReportKind.Acknowledged,
        OrderPartiallyFilled => ReportKind.PartialFill,
        OrderFilled => ReportKind.Fill,
        OrderCancelRequested => ReportKind.CancelRequested,
        OrderCancelled => ReportKind.Cancelled,
        OrderCancelRefused => ReportKind.CancelRefused,
        OrderReplaceRequested => ReportKind.ReplaceRequested,
        OrderReplaceRefused => ReportKind.ReplaceRefused,
        OrderReplaced => ReportKind.Replaced,
        OrderRejected => ReportKind.Rejected,
        OrderExpired => ReportKind.Expired,
        OrderInDoubt => ReportKind.InDoubt,
        _ => null,
    };

    public static bool IsTerminal(this OrderState state) => state is Blocked or Filled or Canceled or Rejected or Expired;

    /// <summary>Whether the order was at a venue and is no more: what never went out has not ended there.</summary>
    public static bool HasEndedAtVenue(this OrderState state) => state != Blocked && state.IsTerminal();

    /// <summary>The state in which a report without an execution ends an order; null for one that does not. The same report again is a repeat.</summary>
    public static OrderState? EndOf(ReportKind report) => report switch
    {
        ReportKind.Cancelled => Canceled,
        ReportKind.Rejected => Rejected,
        ReportKind.Expired => Expired,
        _ => null,
    };

    /// <summary>Every legal step, for tests and documentation.</summary>
    public static IEnumerable<(OrderState From, ReportKind Report, OrderState To)> All()
    {
        foreach (var from in Enum.GetValues<OrderState>())
            foreach (var report in Enum.GetValues<ReportKind>())
                if (Table[(int)from, (int)report] is { } to) yield return (from, report, to);
    }

    private static OrderState?[,] Build()
    {
        var table = new OrderState?[Enum.GetValues<OrderState>().Length, Enum.GetValues<ReportKind>().Length];

        On(Approved, (ReportKind.SubmissionAttempted, PendingNew), (ReportKind.Submitted, Submitted),
            (ReportKind.Cancelled, Canceled), (ReportKind.Rejected, Rejected), (ReportKind.Expired, Expired));
        On(PendingNew, (ReportKind.Submitted, Submitted), (ReportKind.Acknowledged, New), (ReportKind.InDoubt, InDoubt),
            (ReportKind.CancelRequested, PendingCancel));
        On(Submitted, (ReportKind.Acknowledged, New), (ReportKind.InDoubt, InDoubt), (ReportKind.CancelRequested, PendingCancel),
            (ReportKind.ReplaceRequested, PendingReplace));
        // An answer may come behind what the stream has told; the order's name comes with it.
        On(New, (ReportKind.Acknowledged, New), (ReportKind.CancelRequested, PendingCancel), (ReportKind.ReplaceRequested, PendingReplace), (ReportKind.Replaced, New),
            (ReportKind.InDoubt, InDoubt));
        On(PartiallyFilled, (ReportKind.Acknowledged, PartiallyFilled), (ReportKind.CancelRequested, PendingCancel), (ReportKind.ReplaceRequested, PendingReplace),
            (ReportKind.Replaced, PartiallyFilled), (ReportKind.InDoubt, InDoubt));
        On(PendingCancel, (ReportKind.Acknowledged, PendingCancel), (ReportKind.CancelRefused, New), (ReportKind.InDoubt, InDoubt));
        On(PendingReplace, (ReportKind.Acknowledged, PendingReplace), (ReportKind.Replaced, New), (ReportKind.ReplaceRefused, New),
            (ReportKind.CancelRequested, PendingCancel), (ReportKind.InDoubt, InDoubt));
        On(InDoubt, (ReportKind.Submitted, Submitted), (ReportKind.Acknowledged, New), (ReportKind.CancelRequested, PendingCancel));

        // Whatever we were waiting for, the venue may fill, end or refuse a live order at any moment.
        foreach (var live in (OrderState[])[PendingNew, Submitted, New, PartiallyFilled, PendingCancel, PendingReplace, InDoubt])
        {
            On(live, (ReportKind.Fill, Filled), (ReportKind.Cancelled, Canceled), (ReportKind.Expired, Expired),
                (ReportKind.PartialFill, live is PendingCancel or PendingReplace ? live : PartiallyFilled));
            // What is partly filled was not rejected: the rest is cancelled, whatever the venue calls it.
            On(live, (ReportKind.Rejected, live == PartiallyFilled ? Canceled : Rejected));
        }

        // A cancel that crossed a fill on the wire: the fill is real, and the book must have it.
        foreach (var ended in (OrderState[])[Canceled, Expired])
            On(ended, (ReportKind.PartialFill, ended), (ReportKind.Fill, Filled));

        return table;

        void On(OrderState from, params (ReportKind Report, OrderState To)[] steps)
        {
            foreach (var (report, to) in steps) table[(int)from, (int)report] = to;
        }
    }
}
