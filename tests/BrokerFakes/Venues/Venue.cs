using EventSourcedTrading.BrokerFakes.Faults;

namespace EventSourcedTrading.BrokerFakes.Venues;

/// <param name="Price">Above 0.</param>
/// <param name="Size">What can be traded at it yet; null: without end.</param>
public sealed record Quote(decimal Price, decimal? Size);

/// <summary>
/// The market, order book and account behind a fake broker. Nothing moves by itself: prices come from a test or a person, and whatever they set off
/// has happened when the call returns. It remembers every order that it has accepted and every execution.
/// </summary>
/// <param name="time">Of everything that it stamps.</param>
/// <param name="id">Makes the id of an order (<c>order</c>) or an execution (<c>execution</c>) from its number, which counts from 1.</param>
public sealed partial class Venue(TimeProvider time, FaultPlan faults, Func<string, long, string> id, decimal cash = 1_000_000m, decimal feePerShare = 0m)
{
    public const int MaxOrders = 200_000;

    private readonly List<Order> orders = [];
    private readonly List<Execution> executions = [];
    private readonly Dictionary<string, int> byId = [], byClient = [];
    private readonly SortedSet<int> open = [];
    private readonly Dictionary<string, Quote> quotes = [];

    /// <summary>Whoever wants several looks at the same moment holds it.</summary>
    public Lock Gate { get; } = new();

    public Account Account { get; } = new(cash);

    /// <summary>Whether the market trades; it does at the beginning.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Called while <see cref="Gate"/> is held, so in the order of what happened.</summary>
    public Action<Report>? Reported { get; set; }

    /// <summary>Every order ever accepted, oldest first.</summary>
    public IReadOnlyList<Order> Orders
    {
        get { lock (Gate) return [.. orders]; }
    }

    /// <summary>Every execution, oldest first.</summary>
    public IReadOnlyList<Execution> Executions
    {
        get { lock (Gate) return [.. executions]; }
    }

    public Order? Find(string orderId)
    {
        lock (Gate) return byId.TryGetValue(orderId, out var at) ? orders[at] : null;
    }

    /// <summary>By the client's id: the newest, if a broker lets a replacement keep it.</summary>
    public Order? FindByClient(string clientId)
    {
        lock (Gate) return byClient.TryGetValue(clientId, out var at) ? orders[at] : null;
    }

    public Quote? Quote(string symbol)
    {
        lock (Gate) return quotes.GetValueOrDefault(symbol);
    }

    /// <summary>Takes an order and answers as it was accepted; what the market makes of it at once is told by reports and <see cref="Find"/>.</summary>
    /// <exception cref="RefusedException">The book is full.</exception>
    public Order Submit(Ticket ticket)
    {
        lock (Gate)
        {
            var order = Accept(ticket, replaces: null);
            if (ticket.Parent is { } parent && Find(parent) is { State: not OrderState.Filled } entry)
            {
                if (entry.IsOpen) return Change(order with { State = OrderState.Held });
                return End(order, OrderState.Canceled, ReportKind.Canceled);
            }

            Say(ReportKind.PendingNew, order);
            Route(order);
            return order;
        }
    }

    /// <summary>Stands in a new order for an open one, which ends as <c>Replaced</c>. Answers the new one as it was accepted.</summary>
    public Order Replace(string orderId, Func<Ticket, Ticket> change)
    {
        lock (Gate)
        {
            var old = MustBeOpen(orderId);
            var next = Accept(change(old.Ticket), old.Id);
            if (faults.Strikes(FaultKind.Reject, "venueReplace"))
            {
                Change(next with { State = OrderState.Rejected, EndedAt = Now, Reason = "fault: replace rejected by the venue" });
                Say(ReportKind.ReplaceRejected, old);
                return next;
            }

            foreach (var leg in Open(null).Where(o => o.Ticket.Parent == old.Id)) Change(leg with { Ticket = leg.Ticket with { Parent = next.Id } });
            End(old with { ReplacedBy = next.Id }, OrderState.Replaced, ReportKind.Replaced);
            if (old.State == OrderState.Held) return Change(next with { State = OrderState.Held });
            Route(next);
            return next;
        }
    }

    /// <summary>Changes an open order in its place; the quantity counts what has filled already.</summary>
    public Order Modify(string orderId, Func<Ticket, Ticket> change)
    {
        lock (Gate)
        {
            var old = MustBeOpen(orderId);
            var ticket = change(old.Ticket);
            if (ticket.Quantity <= old.Filled) throw new RefusedException($"quantity {ticket.Quantity} is not above the {old.Filled} that have filled");
            if (faults.Strikes(FaultKind.Reject, "venueReplace"))
            {
                Say(ReportKind.ReplaceRejected, old);
                return old;
            }

            var order = Change(old with { Ticket = ticket, Triggered = false });
            Say(ReportKind.Replaced, order);
            if (order.IsWorking) Match(order);
            return order;
        }
    }

    /// <summary>Accepts a cancel. Whether it was cancelled is told by the report.</summary>
    /// <exception cref="RefusedException">It is not open any more.</exception>
    public void Cancel(string orderId)
    {
        lock (Gate)
        {
            var order = MustBeOpen(orderId);
            if (faults.Strikes(FaultKind.Reject, "venueCancel"))
            {
                Say(ReportKind.CancelRejected, order);
            }
            else if (faults.Strikes(FaultKind.FillBeatsCancel, "cancel") && order.IsWorking && LatePrice(order) is { } price)
            {
                Execute(order, order.Remaining, price);
            }
            else if (faults.Strikes(FaultKind.SlowCancel, "cancel"))
            {
                Say(ReportKind.PendingCancel, Change(order with { CancelPending = true }));
            }
            else
            {
                order = End(order, OrderState.Canceled, ReportKind.Canceled);
                if (faults.Strikes(FaultKind.FillAfterCancel, "cancel") && LatePrice(order) is { } late) Execute(order, order.Remaining, late);
            }
        }
    }

    /// <summary>Sets the price of a symbol; orders that it reaches fill, oldest first, as far as the size goes.</summary>
    /// <param name="size">What can be traded at it; null: without end.</param>
    public void SetPrice(string symbol, decimal price, decimal? size = null)
    {
        if (price <= 0) throw new RefusedException($"price {price} is not above 0");
        if (size < 0) throw new RefusedException($"size {size} is below 0");
        lock (Gate)
        {
            quotes[symbol] = new Quote(price, size);
            foreach (var order in Open(symbol).Where(o => o.IsWorking)) Match(orders[byId[order.Id]]);
            FinishCancels(symbol);
        }
    }

    /// <summary>Carries out the cancels that are pending.</summary>
    /// <param name="symbol">Null: of every symbol.</param>
    public void FinishCancels(string? symbol = null)
    {
        lock (Gate)
        {
            foreach (var order in Open(symbol).Where(o => o.CancelPending)) End(orders[byId[order.Id]], OrderState.Canceled, ReportKind.Canceled);
        }
    }

    /// <summary>An execution that the price did not set off, of a working order: for tests that want this one and no other.</summary>
    public void Fill(string orderId, decimal quantity, decimal price)
    {
        lock (Gate)
        {
            var order = MustBeOpen(orderId);
            if (quantity <= 0 || quantity > order.Remaining) throw new RefusedException($"quantity {quantity} is not within the {order.Remaining} that remain");
            Execute(order, quantity, price);
        }
    }

    /// <summary>The venue rejects an open order.</summary>
    public void Reject(string orderId, string reason)
    {
        lock (Gate) End(MustBeOpen(orderId) with { Reason = reason }, OrderState.Rejected, ReportKind.Rejected);
    }

    /// <summary>The opening auction: what waits for it trades, then the market is open for all.</summary>
    public void OpenMarket()
    {
        lock (Gate)
        {
            if (IsOpen) return;
            IsOpen = true;
            Auction(TimeInForce.Opg);
            foreach (var order in Open(null).Where(o => o.State == OrderState.Accepted)) Route(order);
        }
    }

    /// <summary>The closing auction; then what was good for the day expires.</summary>
    public void CloseMarket()
    {
        lock (Gate)
        {
            if (!IsOpen) return;
            Auction(TimeInForce.Cls);
            IsOpen = false;
            foreach (var order in Open(null).Where(o => o.Ticket.TimeInForce == TimeInForce.Day && o.State != OrderState.Accepted)) End(orders[byId[order.Id]], OrderState.Expired, ReportKind.Expired);
        }
    }

    /// <summary>Open orders, oldest first.</summary>
    public IReadOnlyList<Order> Open(string? symbol)
    {
        lock (Gate) return [.. open.Select(at => orders[at]).Where(o => symbol is null || o.Ticket.Symbol == symbol)];
    }
}
