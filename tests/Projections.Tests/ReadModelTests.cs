using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Projections.Decisions;

namespace EventSourcedTrading.Projections.Tests;

public class ReadModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20131007)]
    public async Task The_book_equals_what_one_adds_up_by_hand(int seed)
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(seed, "main", "eur").Batches(150));
        await world.CatchUpAsync();

        var naive = Naive.Of(await world.LogAsync());
        var positions = await world.Models.PositionsAsync();
        Assert.Equal(naive.Held.OrderBy(h => h), positions.Select(p => (p.Portfolio, p.Instrument)).OrderBy(h => h));
        foreach (var p in positions)
        {
            Assert.Equal(naive.Quantity(p.Portfolio, p.Instrument), p.Quantity);
            Assert.Equal(naive.Realised(p.Portfolio, p.Instrument), p.Realised);
            Assert.Equal(naive.Fees(p.Portfolio, p.Instrument), p.Fees);
            Same(naive.Value(p.Portfolio, p.Instrument), p.MarketValue);
            Same(naive.Value(p.Portfolio, p.Instrument) - naive.Cost(p.Portfolio, p.Instrument), p.Unrealised);
            Same(naive.Value(p.Portfolio, p.Instrument) * naive.Rate(p.Portfolio, p.Currency), p.MarketValueBase);
        }

        foreach (var c in await world.Models.CashAsync())
        {
            Same(naive.Cash(c.Portfolio, c.Currency), c.Balance);
            Same(naive.Cash(c.Portfolio, c.Currency) * naive.Rate(c.Portfolio, c.Currency), c.BalanceBase);
        }

        foreach (var e in await world.Models.ExposureByPortfolioAsync())
        {
            Same(naive.Held.Where(h => h.Portfolio == e.Portfolio).Sum(h => naive.Value(h.Portfolio, h.Instrument) * naive.Rate(h.Portfolio, naive.Instrument(h.Portfolio, h.Instrument).Currency)), e.Net);
            Same(naive.Held.Where(h => h.Portfolio == e.Portfolio).Sum(h => Math.Abs((naive.Value(h.Portfolio, h.Instrument) * naive.Rate(h.Portfolio, naive.Instrument(h.Portfolio, h.Instrument).Currency))!.Value)), e.Gross);
            Same(naive.Open.Values.Where(o => o.Order.Terms.Portfolio == e.Portfolio).Sum(o => o.Order.Reserved * o.Leaves / o.Order.Terms.Quantity), e.Reserved);
            Assert.Equal(naive.Open.Values.Count(o => o.Order.Terms.Portfolio == e.Portfolio), e.OpenOrders);
        }

        var strategies = await world.Models.ProfitByStrategyAsync();
        Assert.Equal(naive.Traders.Order(), strategies.Select(s => (s.Portfolio, s.Agent)).Order());
        foreach (var s in strategies) Same(naive.AgentNet(s.Portfolio, s.Agent), s.Net);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_day_has_its_own_profit_valued_at_its_own_close(int seed)
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(seed, "main").Batches(150));
        await world.CatchUpAsync();

        var naive = Naive.Of(await world.LogAsync());
        var days = await world.Models.DailyProfitAsync();
        Assert.True(days.Select(d => d.Day).Distinct().Count() > 3);
        foreach (var d in days)
        {
            var expected = naive.Days[(d.Portfolio, d.Agent ?? "*", d.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), d.Currency)];
            Same(expected.Realised, d.Realised);
            Same(expected.Fees, d.Fees);
            Same(expected.Unrealised, d.Unrealised);
            Same(d.Realised - d.Fees + d.Unrealised - d.UnrealisedBefore, d.Net);
        }

        // Over all days nothing is lost or counted twice.
        foreach (var p in await world.Models.PositionsAsync())
            Assert.NotNull(p.Unrealised);
        foreach (var currency in days.Select(d => d.Currency).Distinct())
        {
            var whole = (await world.Models.PositionsAsync()).Where(p => p.Currency == currency).Sum(p => p.Realised - p.Fees + p.Unrealised!.Value);
            Same(whole, days.Where(d => d.Agent is null && d.Currency == currency).Sum(d => d.Net));
        }
    }

    [Fact]
    public async Task The_blotter_and_the_feeds_show_what_the_log_says()
    {
        await using var world = await World.CreateAsync();
        await world.AppendAsync(new Session(5, "main", "eur").Batches(150));
        await world.CatchUpAsync();

        var log = (await world.LogAsync()).Where(e => e.Type != "inputs_recorded").Select(e => (Recorded: e, Event: EventJson.Deserialize(e.Type, e.Data.Span))).ToList();
        var seen = new List<string>();
        for (long? before = null; ;)
        {
            var page = await world.Models.OrdersAsync(before: before, limit: 7);
            foreach (var order in page.Items)
            {
                seen.Add(order.OrderId);
                var history = log.Where(e => e.Recorded.StreamId == $"order-{order.OrderId}").ToList();
                var fills = history.Select(e => (e.Event as OrderPartiallyFilled)?.Execution ?? (e.Event as OrderFilled)?.Execution).OfType<Execution>().ToList();
                Assert.Equal(fills.Sum(f => f.Quantity), order.Filled);
                Assert.Equal(fills.Sum(f => f.Fee), order.Fees);
                Same(fills.Count == 0 ? null : fills.Sum(f => f.Quantity * f.Price) / fills.Sum(f => f.Quantity), order.AveragePrice);
                Assert.Equal(history[0].Recorded.SeqId, order.FirstSeq);
                Assert.Equal(history[^1].Recorded.SeqId, order.LastSeq);
                Assert.Equal(Ended(history[^1].Event), order.EndedAt is not null);
                Assert.Equal(history.Count(e => e.Event is OrderAnomalyNoted), order.Anomalies);
            }

            if (page.Next is null) break;
            before = page.Next;
        }

        Assert.Equal(log.Count(e => e.Event is OrderApproved or OrderBlocked), seen.Distinct().Count());
        Assert.Equal(seen.Count, seen.Distinct().Count());
        var filled = await world.Models.OrdersAsync("main", OrderState.Filled, limit: 500);
        Assert.NotEmpty(filled.Items);
        Assert.All(filled.Items, o => Assert.Equal((o.Quantity, "main"), (o.Filled, o.Portfolio)));

        foreach (var (_, decision) in log.Where(e => e.Event is DecisionMade))
        {
            var made = (DecisionMade)decision;
            var row = await world.Models.DecisionAsync(made.DecisionId);
            Assert.Equal(made.Votes.Select(v => v.Agent), JsonSerializer.Deserialize<IReadOnlyList<Vote>>(row!.Votes, EventJson.Options)!.Select(v => v.Agent));
            var outcome = log.Select(e => e.Event).FirstOrDefault(e => (e is OrderApproved a && a.Terms.DecisionId == made.DecisionId) || (e is OrderBlocked b && b.Terms.DecisionId == made.DecisionId));
            Assert.Equal(outcome switch { OrderApproved => DecisionOutcome.Approved, OrderBlocked => DecisionOutcome.Blocked, _ => DecisionOutcome.Hold }, row.Outcome);
            Assert.Equal(outcome is OrderBlocked, row.FailedRules.Contains("POSITION_CAP"));
        }

        var violations = await world.Models.ViolationsAsync(limit: 500);
        Assert.Equal(log.Count(e => e.Recorded.Type == "risk_violation_detected"), violations.Items.Count);
        Assert.Equal(6, (await world.Models.StrategiesAsync()).Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => world.Models.OrdersAsync(limit: 501));
    }

    private static bool Ended(object last) => last is OrderFilled or OrderCancelled or OrderRejected or OrderExpired or OrderBlocked;

    /// <summary>Equal but for the rounding of rates and quotients.</summary>
    private static void Same(decimal? expected, decimal? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } e) Assert.InRange(actual!.Value, e - 0.000001m, e + 0.000001m);
    }
}
