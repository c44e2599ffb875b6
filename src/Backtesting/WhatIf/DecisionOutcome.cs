using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Backtesting.WhatIf;

/// <summary>What came of one decision in one world. Orders' numbers are no part of a comparison: another world counts otherwise.</summary>
public sealed class DecisionOutcome
{
    public DecisionAction Action { get; private set; }

    /// <summary>What the vote decided, in units of the instrument.</summary>
    public decimal Quantity { get; private set; }

    /// <summary><c>hold</c>, <c>approved</c> or <c>blocked</c>.</summary>
    public string Outcome { get; private set; } = "hold";

    /// <summary>Rules that blocked it.</summary>
    public IReadOnlyList<string> Rules { get; private set; } = [];

    public string? OrderId { get; private set; }

    /// <summary>What risk reckoned with, in the instrument's currency; zero if no price was known.</summary>
    public decimal ReferencePrice { get; private set; }

    /// <summary>Signed: positive is bought.</summary>
    public decimal Filled { get; private set; }

    /// <summary>What its fills brought in or, negative, cost, fees included, in the instrument's currency.</summary>
    public decimal Cash { get; private set; }

    /// <summary>In the instrument's currency, positive is paid.</summary>
    public decimal Fees { get; private set; }

    /// <summary>How its last order stands, exits left out; none where there is none.</summary>
    public OrderState State { get; private set; }

    /// <summary>Average price of the fills, per unit of the instrument, multiplier and fees left out; null without fills.</summary>
    public decimal? AveragePrice => bought + sold == 0m ? null : Math.Round(turnover / (bought + sold), 6);

    private decimal bought, sold, turnover;

    /// <summary>Ordered and allowed, signed.</summary>
    internal decimal Ordered => Outcome != "approved" ? 0m : Action == DecisionAction.Sell ? -Quantity : Quantity;

    /// <summary>Exits that may still be filled: their fills are what came of the decision too.</summary>
    private HashSet<string>? exits;

    internal bool IsLive => (OrderId is not null && Outcome == "approved" && !State.IsTerminal()) || exits is { Count: > 0 };

    /// <param name="orderId">The order that the event reports on, if any.</param>
    /// <param name="multiplier">The instrument's.</param>
    internal void Take(DomainEvent e, string? orderId, decimal multiplier)
    {
        switch (e)
        {
            case DecisionMade made: (Action, Quantity) = (made.Action, made.Quantity); break;
            case DecisionOverridden word: (Action, Quantity) = (word.Action, word.Quantity); break;
            case OrderApproved { Terms.ParentId: not null } exit: (exits ??= []).Add(exit.Terms.OrderId); break;
            case OrderBlocked { Terms.ParentId: not null }: break;
            case OrderApproved o: (Outcome, OrderId, Rules, State, ReferencePrice) = ("approved", o.Terms.OrderId, [], OrderState.Approved, o.ReferencePrice); break;
            case OrderBlocked o:
                (Outcome, OrderId, State, ReferencePrice) = ("blocked", o.Terms.OrderId, OrderState.Blocked, o.ReferencePrice ?? 0m);
                Rules = [.. o.Checks.Where(c => !c.Passed).Select(c => c.Rule)];
                break;
            case OrderPartiallyFilled f: Fill(f.Execution, multiplier); break;
            case OrderFilled f: Fill(f.Execution, multiplier); break;
        }

        if (OrderTransitions.ReportOf(e) is not { } report) return;
        if (exits?.Contains(orderId!) == true)
        {
            if (report is ReportKind.Fill or ReportKind.Cancelled or ReportKind.Rejected or ReportKind.Expired) exits.Remove(orderId!);
            return;
        }

        State = OrderTransitions.Next(State, report, Filled != 0m) ?? State;
    }

    internal bool IsSame(DecisionOutcome other) =>
        (Action, Quantity, Outcome, Filled, Cash, Fees, State) == (other.Action, other.Quantity, other.Outcome, other.Filled, other.Cash, other.Fees, other.State)
        && Rules.SequenceEqual(other.Rules);

    private void Fill(Execution e, decimal multiplier)
    {
        var notional = e.Quantity * e.Price * multiplier;
        Filled += e.Side.Sign() * e.Quantity;
        Cash -= (e.Side.Sign() * notional) + e.Fee;
        Fees += e.Fee;
        turnover += e.Quantity * e.Price;
        if (e.Side == Side.Buy) bought += e.Quantity;
        else sold += e.Quantity;
    }
}
