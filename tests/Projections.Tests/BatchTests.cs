using EventSourcedTrading.Projections.Reading;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>Many at once is the same as one after the other.</summary>
public class BatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_asked_for_at_once_is_what_each_alone_would_have_answered()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(81, "main", "eur").Batches(150));
        await world.CatchUpAsync();
        var models = world.Models;
        var orders = (await models.OrdersAsync(limit: 500, ct: Stop)).Items;
        var decisions = (await models.DecisionsAsync(limit: 500, ct: Stop)).Items;
        var fills = (await models.SliceAsync<FillView>(new SliceRequest([], "seq", false, null, null, 500), Stop)).Items;
        var violations = (await models.SliceAsync<ViolationView>(new SliceRequest([], "seq", false, null, null, 500), Stop)).Items;
        Assert.True(orders.Count > 30 && fills.Count > 30 && violations.Any(v => v.OrderId is not null));
        string[] orderIds = [.. orders.Select(o => o.OrderId), "none", orders[0].OrderId];
        string[] decisionIds = [.. decisions.Select(d => d.DecisionId), "none"];

        Assert.Equal(orders.ToDictionary(o => o.OrderId), await models.OrdersByIdAsync(orderIds, Stop));
        Assert.Equal(decisions.ToDictionary(d => d.DecisionId), await models.DecisionsByIdAsync(decisionIds, Stop));
        Same(fills.ToLookup(f => f.OrderId), await models.FillsByOrderAsync(orderIds, Stop));
        Same(orders.OrderBy(o => o.FirstSeq).ToLookup(o => o.DecisionId), await models.OrdersByDecisionAsync(decisionIds, Stop));
        Same(violations.Where(v => v.DecisionId is not null).ToLookup(v => v.DecisionId!), await models.ViolationsByDecisionAsync(decisionIds, Stop));
        Same(violations.Where(v => v.OrderId is not null).ToLookup(v => v.OrderId!), await models.ViolationsByOrderAsync(orderIds, Stop));

        string[] both = ["eur", "main", "none"];
        Same((await models.PositionsAsync(ct: Stop)).ToLookup(p => p.Portfolio), await models.PositionsByPortfolioAsync(both, Stop));
        Same((await models.AgentPositionsAsync(ct: Stop)).ToLookup(p => p.Portfolio), await models.AgentPositionsByPortfolioAsync(both, Stop));
        Same((await models.CashAsync(ct: Stop)).ToLookup(p => p.Portfolio), await models.CashByPortfolioAsync(both, Stop));
        Same((await models.StrategiesAsync(ct: Stop)).ToLookup(p => p.Portfolio), await models.StrategiesByPortfolioAsync(both, Stop));
        Same((await models.ProfitByStrategyAsync(ct: Stop)).ToLookup(p => p.Portfolio), await models.StrategyProfitByPortfolioAsync(both, Stop));
        Assert.Equal((await models.ProfitByPortfolioAsync(ct: Stop)).ToDictionary(p => p.Portfolio), await models.ProfitsByPortfolioAsync(both, Stop));
        Assert.Equal((await models.EquityAsync(ct: Stop)).ToDictionary(p => p.Portfolio), await models.EquityByPortfolioAsync(both, Stop));
        Assert.Equal((await models.PortfoliosAsync(Stop)).ToDictionary(p => p.Portfolio), await models.PortfoliosByIdAsync(both, Stop));
        Assert.Single(await models.CashByPortfolioAsync(["eur"], Stop));
        Assert.Empty(await models.OrdersByIdAsync([], Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => models.OrdersByIdAsync([.. Enumerable.Repeat("x", 1_001)], Stop));
    }

    private static void Same<T>(ILookup<string, T> expected, ILookup<string, T> actual)
    {
        Assert.Equal(expected.Select(g => g.Key).Order(), actual.Select(g => g.Key).Order());
        foreach (var group in expected) Assert.Equal(group, actual[group.Key]);
    }
}
