using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Strategies;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Decisions;
using EventSourcedTrading.Projections.Strategies;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>What people and rules do to the meta-agent, in the read models; the folds by themselves.</summary>
public class MetaAgentRowsTests
{
    private static readonly DecisionOverridden Word = new("d", "main", DecisionAction.Sell, 7m, "olivia", "news", OverrideKind.Reorder, "main-2");
    private static readonly DecisionMade Made = new(
        "d", "main", "SPY.ARCX", default, DecisionAction.Buy, 10m, OrderType.Market, null, null, TimeInForce.Day, "majority", [], [], [], [], false, "sum", "why", "main-1");

    [Fact]
    public void A_word_on_a_round_that_is_still_open_does_not_stop_the_fold()
    {
        var feed = Fold(new DecisionFeed(), Word, Made);
        Assert.Equal(("majority", null), (Row<DecisionRow>(feed).Method, Row<DecisionRow>(feed).OverriddenBy));
    }

    [Fact]
    public void A_word_on_a_decision_is_shown_with_it()
    {
        var row = Row<DecisionRow>(Fold(new DecisionFeed(), Made, Word));
        Assert.Equal(("olivia", DecisionAction.Sell, 7m, "news", "sum", "why"), (row.OverriddenBy, row.OverriddenAction, row.OverriddenQuantity, row.OverrideReason, row.Arithmetic, row.Reason));
    }

    [Fact]
    public void Exits_do_not_stand_for_the_order_of_the_decision()
    {
        OrderTerms entry = new("main-1", "main", "d", "SPY.ARCX", Side.Buy, 10m, OrderType.Market, null, null, TimeInForce.Day), exit = entry with { OrderId = "main-2", Side = Side.Sell, ParentId = "main-1" };
        var feed = Fold(new DecisionFeed(), Made, new OrderApproved(entry, [], [], 100m, 1_000m, default), new OrderBlocked(exit, [], [], 100m, "too many", default),
            new OrderApproved(exit with { OrderId = "main-3" }, [], [], 100m, 0m, default));
        Assert.Equal(("main-1", DecisionOutcome.Approved, null), (Row<DecisionRow>(feed).OrderId, Row<DecisionRow>(feed).Outcome, Row<DecisionRow>(feed).OutcomeReason));
    }

    [Fact]
    public void A_suspended_strategy_is_shown_as_such_until_it_is_resumed()
    {
        var list = Fold(new StrategyList(), new StrategyLoaded("main", "a@1", "x"), new StrategySuspended("main", "a@1", 3, default));
        Assert.Equal(StrategyState.Suspended, Row<StrategyRow>(list).State);
        Assert.StartsWith("missed 3 market times", Row<StrategyRow>(list).Reason, StringComparison.Ordinal);
        Assert.Equal(StrategyState.Loaded, Row<StrategyRow>(Fold(list, new StrategyResumed("main", "a@1", "rule:CAUGHT_UP", "again"))).State);
    }

    private static T Fold<T>(T projection, params DomainEvent[] events) where T : Projection
    {
        foreach (var e in events)
        {
            var type = EventJson.AliasOf(e);
            Assert.Contains(type, projection.EventTypes!);
            projection.Apply(new Fact(new RecordedEvent(1, Guid.Empty, "s", 1, type, EventJson.Serialize(e), default, null, null, default), e));
        }

        return projection;
    }

    private static TRow Row<TRow>(Projection projection) => Assert.Single(((System.Collections.IEnumerable)((dynamic)projection.Tables[0]).Values).Cast<TRow>());
}
