using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Reports;

/// <summary>An order as its events have made it so far.</summary>
internal sealed class OrderLife(OrderTerms terms, IReadOnlyList<Allocation> allocation, OrderState state, Timestamp asOf)
{
    public OrderTerms Terms => terms;
    public IReadOnlyList<Allocation> Allocation => allocation;

    /// <summary>Market time of the approval.</summary>
    public Timestamp AsOf => asOf;

    public OrderState State { get; private set; } = state;
    public decimal Quantity { get; private set; } = terms.Quantity;
    public decimal? LimitPrice { get; private set; } = terms.LimitPrice;
    public decimal? StopPrice { get; private set; } = terms.StopPrice;
    public decimal Filled { get; private set; }

    /// <summary>Sum of price times quantity.</summary>
    public decimal Notional { get; private set; }
    public decimal Fees { get; private set; }
    public decimal Realised { get; private set; }
    public string? Currency { get; private set; }
    public string? Broker { get; private set; }
    public string? BrokerOrderId { get; private set; }
    public Timestamp? FirstFill { get; private set; }
    public bool CancelRequested { get; private set; }
    public bool ReplaceRequested { get; private set; }

    public decimal? AveragePrice => Filled == 0m ? null : Notional / Filled;

    /// <summary>What can still be filled.</summary>
    public decimal Remaining => State.IsTerminal() ? 0m : Quantity - Filled;

    /// <summary>The order that such an event begins; null if it begins none.</summary>
    public static OrderLife? Begin(DomainEvent e) => e switch
    {
        OrderApproved a => new OrderLife(a.Terms, a.Allocation, OrderState.Approved, a.AsOf),
        OrderBlocked b => new OrderLife(b.Terms, b.Allocation, OrderState.Blocked, b.AsOf),
        _ => null,
    };

    public void Apply(DomainEvent e)
    {
        switch (e)
        {
            case OrderSubmissionAttempted x: Broker = x.Broker; break;
            case OrderSubmitted x: Broker = x.Broker; break;
            case OrderAcknowledged x: BrokerOrderId = x.BrokerOrderId; break;
            case OrderPartiallyFilled x: Fill(x.Execution); break;
            case OrderFilled x: Fill(x.Execution); break;
            case OrderCancelRequested: CancelRequested = true; break;
            case OrderReplaceRequested: ReplaceRequested = true; break;
            case OrderReplaced x:
                (Quantity, LimitPrice, StopPrice, ReplaceRequested, BrokerOrderId) = (x.Quantity, x.LimitPrice, x.StopPrice, false, x.BrokerOrderId ?? BrokerOrderId);
                break;
        }

        if (OrderTransitions.ReportOf(e) is { } report) State = OrderTransitions.Next(State, report, Filled > 0m) ?? State;
    }

    private void Fill(Execution x)
    {
        Filled += x.Quantity;
        Notional += x.Quantity * x.Price;
        Fees += x.Fee;
        Realised += x.Realised;
        Currency = x.Currency;
        FirstFill ??= x.AsOf;
    }
}
