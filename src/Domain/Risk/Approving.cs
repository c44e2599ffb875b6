using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Risk;

/// <summary>Lets a decision through as an order with its reservation, or blocks it with every reason.</summary>
public static class Approving
{
    public static DomainEvent Decide(DecisionMade decision, PortfolioState state)
    {
        var side = decision.Action == DecisionAction.Buy ? Side.Buy : Side.Sell;
        var terms = new OrderTerms(
            decision.OrderId!, state.Portfolio, decision.DecisionId, decision.Instrument, side, decision.Quantity,
            decision.OrderType, decision.LimitPrice, decision.StopPrice, decision.TimeInForce)
        {
            Trail = decision.Trail,
            Bracket = decision.Bracket,
        };
        return Decide(terms, decision.Allocation, state, decision.AsOf);
    }

    public static DomainEvent Decide(OrderTerms terms, IReadOnlyList<Allocation> allocation, PortfolioState state, Timestamp asOf)
    {
        var order = new OrderUnderTest(terms, allocation, state, asOf);
        var checks = PreTradeCheck.Run(order, state);

        string? reason = null;
        foreach (var check in checks)
            if (!check.Passed) reason = reason is null ? Describe(check) : $"{reason}; {Describe(check)}";
        if (reason is not null)
            return new OrderBlocked(terms, allocation, checks, order.Price > 0m ? order.Price : null, reason, asOf);

        var reserved = Exposure.Round(order.Adds * order.Price * order.Book.Instrument.Multiplier * order.Rate);
        return new OrderApproved(terms, allocation, checks, order.Price, reserved, asOf);
    }

    /// <summary>One violation per failed check of a blocked order.</summary>
    public static IEnumerable<RiskViolationDetected> Violations(OrderBlocked blocked)
    {
        foreach (var check in blocked.Checks)
        {
            if (check.Passed) continue;
            yield return new RiskViolationDetected(
                blocked.Terms.Portfolio, check.Rule, ViolationKind.Blocked, check.Value, check.Limit ?? 0m, check.Unit,
                blocked.Terms.Instrument, blocked.Terms.OrderId, blocked.Terms.DecisionId, check.Detail, blocked.AsOf);
        }
    }

    private static string Describe(in RiskCheck check) =>
        $"{check.Rule} {DecimalText.Format(check.Value)} {check.Unit}{(check.Limit is { } limit ? $", limit {DecimalText.Format(limit)}" : "")} ({check.Detail})";
}
