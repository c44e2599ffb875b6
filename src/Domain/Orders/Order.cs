using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Orders;

/// <summary>What the engine remembers of an order, at the head of the order's stream. Changed by events alone.</summary>
public sealed class Order(string orderId, long version = 0) : StreamHead("order", orderId, version)
{
    private ExecutionIds executions;

    public required OrderTerms Terms { get; set; }
    public required IReadOnlyList<Allocation> Allocation { get; set; }
    public OrderState State { get; set; }
    public decimal Filled { get; set; }
    public Timestamp SubmittedAt { get; set; }

    /// <summary>What the broker calls it; null before its first word.</summary>
    public string? BrokerOrderId { get; set; }

    /// <summary>A stop whose price was touched: it now works as a market or limit order.</summary>
    public bool Triggered { get; set; }

    /// <summary>At a simulated venue, where a trailing stop stands now; null until it has seen a price.</summary>
    public decimal? StopAt { get; set; }

    /// <summary>At a simulated venue, when the auction is that the order waits for; null if it waits for none.</summary>
    public Timestamp? AuctionAt { get; set; }

    /// <summary>At a simulated venue, what stands before the order at its limit; null as long as the market has not shown it.</summary>
    public decimal? QueueAhead { get; set; }

    /// <summary>Execution ids that are already in the book.</summary>
    public ref ExecutionIds Executions => ref executions;

    public decimal Leaves => Terms.Quantity - Filled;
    public bool Live => !State.IsTerminal();

    /// <summary>What an agent may still get of the order; over all agents it sums to the leaves.</summary>
    public decimal LeavesOf(string agent, Instruments.Instrument instrument)
    {
        var others = 0m;
        for (var i = 0; i < Allocation.Count; i++)
        {
            var leaves = i == Allocation.Count - 1 ? Leaves - others : Allocation[i].Quantity - Reporting.Due(this, i, Filled, instrument);
            if (Allocation[i].Agent == agent) return leaves;
            others += leaves;
        }

        return 0m;
    }

    public ReportKind KindOfFill(decimal quantity) => quantity >= Leaves ? ReportKind.Fill : ReportKind.PartialFill;
}
