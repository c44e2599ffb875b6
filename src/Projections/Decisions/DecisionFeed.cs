using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Projections.Storage;

namespace EventSourcedTrading.Projections.Decisions;

/// <summary>What became of a decision: nothing was asked for, or risk let it pass, or blocked it.</summary>
public enum DecisionOutcome { Hold, Pending, Approved, Blocked }

/// <param name="FailedRules">Rules that blocked the order, as a JSON array of <c>RiskCheck</c>; empty if none did.</param>
internal sealed record DecisionRow(
    string DecisionId, string Portfolio, string Instrument, Timestamp AsOf, DecisionAction Action, decimal Quantity,
    OrderType OrderType, decimal? LimitPrice, decimal? StopPrice, TimeInForce TimeInForce, string Method,
    [property: Jsonb] string Votes, [property: Jsonb] string Abstained, [property: Jsonb] string Absent, [property: Jsonb] string Allocation,
    bool Conflict, string Arithmetic, string Reason, string? OrderId, DecisionOutcome Outcome, string? OutcomeReason,
    [property: Jsonb] string FailedRules, DecisionAction? OverriddenAction, decimal? OverriddenQuantity, string? OverriddenBy,
    string? OverrideReason, Timestamp RecordedAt, long Seq, long LastSeq);

/// <summary>An agent has voted in a decision: by these rows its decisions are found.</summary>
internal sealed record VoteRow(string Agent, long Seq, string DecisionId, Timestamp AsOf);

/// <summary>Every decision with its votes, and what risk made of it.</summary>
internal sealed class DecisionFeed : Projection
{
    private readonly Rows<string, DecisionRow> rows = new("decision_rows", 1, r => r.DecisionId, wanted: 20_000);
    private readonly AddedRows<(string, long), VoteRow> votes = new("vote_rows", 2, r => (r.Agent, r.Seq));

    public DecisionFeed() => Tables = [rows, votes];

    public override string Name => "decisions";
    public override IReadOnlyList<Rows> Tables { get; }

    public override IReadOnlyList<string> EventTypes { get; } =
        [Alias<DecisionMade>(), Alias<DecisionOverridden>(), Alias<OrderApproved>(), Alias<OrderBlocked>()];

    public override void Prepare(Fact fact)
    {
        if (fact.Event is not DecisionMade) rows.Want(IdOf(fact));
    }

    public override void Apply(Fact fact)
    {
        // Said while the round was open: the decision that follows says so itself.
        if (fact.Event is DecisionOverridden && rows.Find(IdOf(fact)) is null) return;
        var row = fact.Event switch
        {
            DecisionMade e => New(e, fact),
            DecisionOverridden e => Known(fact) with
            {
                OverriddenAction = e.Action,
                OverriddenQuantity = e.Quantity,
                OverriddenBy = e.Actor,
                OverrideReason = e.Reason,
            },
            // Exits follow from the order; what became of the decision is told by the order itself.
            OrderApproved { Terms.ParentId: null } e => Known(fact) with { Outcome = DecisionOutcome.Approved, OrderId = e.Terms.OrderId },
            OrderBlocked { Terms.ParentId: null } e => Known(fact) with
            {
                Outcome = DecisionOutcome.Blocked,
                OrderId = e.Terms.OrderId,
                OutcomeReason = e.Reason,
                FailedRules = Json<IReadOnlyList<RiskCheck>>([.. e.Checks.Where(c => !c.Passed)]),
            },
            _ => Known(fact),
        };
        rows.Set(row with { LastSeq = fact.Recorded.SeqId });
        if (fact.Event is not DecisionMade made) return;
        foreach (var vote in made.Votes) votes.Add(row.Seq, new VoteRow(vote.Agent, row.Seq, row.DecisionId, row.AsOf));
    }

    private static DecisionRow New(DecisionMade e, Fact fact) => new(
        e.DecisionId, e.Portfolio, e.Instrument, e.AsOf, e.Action, e.Quantity, e.OrderType, e.LimitPrice, e.StopPrice, e.TimeInForce,
        e.Method, Json(e.Votes), Json(e.Abstained), Json(e.Absent), Json(e.Allocation), e.Conflict, e.Arithmetic.ToString(), e.Reason.ToString(), e.OrderId,
        e.OrderId is null ? DecisionOutcome.Hold : DecisionOutcome.Pending, null, "[]", null, null, null, null,
        Timestamp.From(fact.Recorded.Timestamp), fact.Recorded.SeqId, 0);

    private DecisionRow Known(Fact fact) => rows.Find(IdOf(fact))
        ?? throw new InvalidOperationException($"decision '{IdOf(fact)}' was never made in this log.");

    private static string IdOf(Fact fact) => fact.Event switch
    {
        DecisionMade e => e.DecisionId,
        DecisionOverridden e => e.DecisionId,
        OrderApproved e => e.Terms.DecisionId,
        OrderBlocked e => e.Terms.DecisionId,
        _ => throw new InvalidOperationException($"'{fact.Recorded.Type}' belongs to no decision."),
    };

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, EventJson.Options);
}
