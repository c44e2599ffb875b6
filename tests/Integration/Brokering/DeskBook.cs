using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Integration.Brokering;

/// <summary>Our book as the log has it, read along: the portfolio's state, how every order ended, every execution, and what was said of breaks.</summary>
public sealed class DeskBook(Platform outside)
{
    private readonly Recovery recovery = new(outside.Reader, outside.Snapshots, _ => null);
    private readonly Dictionary<string, (OrderState State, decimal Filled)> orders = new(StringComparer.Ordinal);
    private RecoveredPortfolio? portfolio;
    private long position;

    public PortfolioState State => portfolio!.Engine.State;
    public IReadOnlyList<Order> Open => portfolio is null ? [] : State.Books[Market.Spy].Open;

    /// <summary>Every order that was ever approved, as its events leave it.</summary>
    public IReadOnlyDictionary<string, (OrderState State, decimal Filled)> Orders => orders;
    public List<Execution> Executions { get; } = [];
    public Dictionary<string, BreakFound> Breaks { get; } = new(StringComparer.Ordinal);
    public string Standing => portfolio is null ? "nothing was read" : $"orders are blocked for: {State.VenueClosedFor ?? "nothing"}; last comparison: {Compared}";
    public ReconciliationRan? Compared { get; private set; }
    public List<OrderAnomalyNoted> Anomalies { get; } = [];
    public List<HoldingAdopted> Adopted { get; } = [];
    public int InDoubt { get; private set; }

    public async Task FollowAsync()
    {
        var before = position;
        await foreach (var e in outside.Reader.ReadAllAsync(position + 1, pageSize: 1_000))
        {
            Take(EventJson.Deserialize(e.Type, e.Data.Span));
            position = e.SeqId;
        }

        if (portfolio is null) portfolio = await recovery.RecoverAsync("main", CancellationToken.None);
        else if (position > before) portfolio = await recovery.FollowAsync(portfolio, null, CancellationToken.None);
    }

    private void Take(DomainEvent e)
    {
        switch (e)
        {
            case OrderApproved x: orders[x.Terms.OrderId] = (OrderState.Approved, 0m); break;
            case OrderPartiallyFilled x: Fill(x.Execution, ReportKind.PartialFill); break;
            case OrderFilled x: Fill(x.Execution, ReportKind.Fill); break;
            case OrderSubmissionAttempted x: Step(x.OrderId, ReportKind.SubmissionAttempted); break;
            case OrderAcknowledged x: Step(x.OrderId, ReportKind.Acknowledged); break;
            case OrderCancelled x: Step(x.OrderId, ReportKind.Cancelled); break;
            case OrderRejected x: Step(x.OrderId, ReportKind.Rejected); break;
            case OrderExpired x: Step(x.OrderId, ReportKind.Expired); break;
            case OrderInDoubt x: Step(x.OrderId, ReportKind.InDoubt); InDoubt++; break;
            case OrderCancelRequested x: Step(x.OrderId, ReportKind.CancelRequested); break;
            case OrderCancelRefused x: Step(x.OrderId, ReportKind.CancelRefused); break;
            case OrderAnomalyNoted x: Anomalies.Add(x); break;
            case HoldingAdopted x: Adopted.Add(x); break;
            case BreakFound x: Breaks[x.BreakId] = x; break;
            case BreakResolved x: Breaks.Remove(x.BreakId); break;
            case ReconciliationRan x: Compared = x; break;
        }
    }

    private void Fill(Execution execution, ReportKind kind)
    {
        Executions.Add(execution);
        var (state, _) = orders[execution.OrderId];
        orders[execution.OrderId] = (state, execution.CumulativeQuantity);
        Step(execution.OrderId, kind);
    }

    private void Step(string orderId, ReportKind report)
    {
        var (state, filled) = orders[orderId];
        orders[orderId] = (OrderTransitions.Next(state, report, filled > 0m) ?? throw new InvalidOperationException($"the log has {report} of {orderId} while it is {state}"), filled);
    }
}
