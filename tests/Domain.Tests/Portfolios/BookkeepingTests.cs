using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Domain.Tests.Portfolios;

public sealed class BookkeepingTests
{
    [Fact]
    public void A_flip_through_zero_closes_the_old_side_and_opens_the_new_one()
    {
        var position = new Position();
        position.Book(100m, 10m, 1m, 1m);
        Assert.Equal(200m, position.Book(-150m, 12m, 1m, 2m));
        Assert.Equal((-50m, -600m, 200m, 3m), (position.Quantity, position.Cost, position.Realised, position.Fees));
        Assert.Equal(12m, position.AveragePrice(1m));
        Assert.Equal(50m, position.Unrealised(11m, 1m));
    }

    [Fact]
    public void A_third_of_a_position_takes_a_third_of_its_cost_and_the_last_third_takes_the_rest()
    {
        var position = new Position();
        position.Book(3m, 10m, 1m, 0m);
        position.Book(0m, 0m, 1m, 0m);
        position.Cost = 10m;
        Assert.Equal(8m - 3.3333333333m, position.Book(-1m, 8m, 1m, 0m));
        position.Book(-1m, 8m, 1m, 0m);
        position.Book(-1m, 8m, 1m, 0m);
        Assert.Equal((0m, 0m, 14m), (position.Quantity, position.Cost, position.Realised));
    }

    [Fact]
    public void Cash_and_positions_at_cost_are_opening_cash_and_profit_less_fees_to_the_last_digit() => Draw.Property(60, random =>
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(
                policy: Some.Policy(random.Of(VotingMethod.Netting, VotingMethod.ConfidenceWeighted, VotingMethod.Majority)),
                settings: new()
                {
                    ["seed"] = $"{random.Next()}", ["participation"] = "0.3", ["slippageBps"] = "30", ["feePerShare"] = "0.0035", ["feeMinimum"] = "0.35",
                    ["feeMaximumShare"] = "0.01", ["feeBps"] = "0.7",
                },
                cash: new() { ["USD"] = 1_000m, ["EUR"] = 500m }), Some.Ada, Some.Bob, Some.Cyd),
            Some.Quote(Some.EurUsd, 1.0999m, 1.1001m, 0)]);
        foreach (var agent in desk.State.Agents.Keys) desk.When(Some.Done(agent, 0));
        for (var second = 1; second <= 40; second++) Session(desk, random, second);

        foreach (var currency in (string[])["USD", "EUR"])
        {
            var books = desk.State.Books.Values.Where(b => b.Instrument.Currency == currency).ToArray();
            var opening = currency == "USD" ? 1_000m : 500m;
            Assert.Equal(
                opening + books.Sum(b => b.Position.Realised) - books.Sum(b => b.Position.Fees),
                desk.State.Ledger(currency).Cash + books.Sum(b => b.Position.Cost));
            Assert.Equal(books.Sum(b => b.MarketValue), desk.State.Ledger(currency).PositionValue);
        }

        foreach (var (instrument, book) in desk.State.Books)
        {
            var agents = desk.State.AgentPositions.Where(p => p.Key.Instrument == instrument).Select(p => p.Value).ToArray();
            Assert.Equal(book.Position.Quantity, agents.Sum(p => p.Quantity));
            Assert.Equal(book.Position.Fees, agents.Sum(p => p.Fees));
            Assert.Equal((Reserved(book, Side.Buy), Reserved(book, Side.Sell)), (book.OpenBuy, book.OpenSell));
        }

        Assert.DoesNotContain(desk.Log, e => e is OrderAnomalyNoted);
        var fills = desk.Log.Select(e => e is OrderPartiallyFilled p ? p.Execution : (e as OrderFilled)?.Execution).OfType<Execution>().ToArray();
        Assert.All(fills, f => Assert.Equal((f.Quantity, f.Fee), (f.Shares.Sum(s => s.Quantity), f.Shares.Sum(s => s.Fee))));
        Assert.All(fills, f => Assert.All(f.Shares, s => Assert.True(s.Quantity >= 0m)));
    });

    /// <summary>Of a pair of which one cancels the other the larger counts.</summary>
    internal static decimal Reserved(InstrumentBook book, Side side) => book.Open.Where(o => o.Terms.Side == side)
        .GroupBy(o => o.Terms.OneCancels is { } other && string.CompareOrdinal(other, o.Terms.OrderId) < 0 ? other : o.Terms.OrderId).Sum(pair => pair.Max(o => o.Leaves));

    /// <summary>One second of a market with three agents: quotes, intents of any kind, and everybody done.</summary>
    internal static void Session(Scenario desk, Random random, int second)
    {
        string[] instruments = [Some.Spy, Some.Qqq, Some.Sap];
        for (var i = 0; i < instruments.Length; i++)
        {
            var price = (900 + random.Next(200)) / 100m;
            desk.When(random.Chance(0.7)
                ? Some.Quote(instruments[i], price, price + 0.02m, second, i, end: i == 2, size: random.Next(60))
                : Some.Trade(instruments[i], price, second, i, end: i == 2, size: random.Next(60)));
        }

        foreach (var agent in desk.State.Agents.Keys.ToArray())
        {
            // Mostly the same instrument, so that votes meet and fills are shared.
            if (random.Chance(0.8)) desk.When(AnyIntent(random, agent, second, random.Chance(0.7) ? Some.Spy : random.Of(instruments)));
            desk.When(Some.Done(agent, second));
        }
    }

    internal static Bracket AnyBracket(Random random, Side side, decimal entry)
    {
        decimal Away(int direction) => entry + (side.Sign() * direction * random.Next(1, 100) / 100m);
        var (take, stop) = (random.Chance(0.8) ? Away(1) : (decimal?)null, Away(-1));
        return new Bracket(take, take is null || random.Chance(0.8) ? stop : null, take is null && random.Chance(0.5) ? stop - (side.Sign() * 0.05m) : null);
    }

    internal static IntentInput AnyIntent(Random random, string agent, int second, string instrument)
    {
        var type = random.Of(Enum.GetValues<OrderType>());
        decimal Price() => (900 + random.Next(200)) / 100m;
        var (side, limit, stop) = (random.Of(Side.Buy, Side.Sell), type is OrderType.Limit or OrderType.StopLimit ? Price() : (decimal?)null, type is OrderType.Stop or OrderType.StopLimit ? Price() : (decimal?)null);
        return Some.Send(Some.Intent(agent, side, random.Next(80), second, instrument, random.Next(101) / 100m) with
        {
            OrderType = type,
            LimitPrice = limit,
            StopPrice = stop,
            Bracket = random.Chance(0.3) ? AnyBracket(random, side, limit ?? stop ?? 10m) : null,
            Trail = type == OrderType.TrailingStop ? random.Of(new Trail(random.Next(1, 60) / 100m), new Trail(Percent: random.Next(1, 60) / 10m)) : null,
            TimeInForce = random.Of(Enum.GetValues<TimeInForce>()),
        });
    }
}
