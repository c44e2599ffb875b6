using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Domain.Tests.Portfolios;

public sealed class CorporateActionTests
{
    private const int NextDay = 86_400;

    private static SignalInput Split(int second, decimal newShares, decimal oldShares, string instrument = Some.Spy) => new(new Signal
    {
        Kind = SignalKind.Split, Instrument = instrument, Time = Some.Time(second), Feed = "sim", Sequence = ((long)second * 10) + 9, SliceEnd = true,
        NewShares = newShares, OldShares = oldShares,
    });

    private static SignalInput Dividend(int second, decimal perShare, string instrument = Some.Spy) => new(new Signal
    {
        Kind = SignalKind.Dividend, Instrument = instrument, Time = Some.Time(second), Feed = "sim", Sequence = ((long)second * 10) + 8, SliceEnd = true,
        CashPerShare = perShare,
    });

    /// <summary>Ada holds so many shares, bought or sold at 100.</summary>
    private static Scenario Holding(decimal quantity, Dictionary<string, string>? settings = null) => Scenario.Given(
    [
        .. Some.Desk(Some.Open(settings: settings), Some.Ada), Some.Quote(Some.Spy, 100m, 100m, 1),
        Some.Wants(Some.Ada, quantity > 0m ? Side.Buy : Side.Sell, Math.Abs(quantity), 1), Some.Done(Some.Ada, 1),
    ]);

    private static (decimal Quantity, decimal Cost, decimal Realised, decimal Cash, decimal Equity) Book(Scenario desk)
    {
        var position = desk.State.Books[Some.Spy].Position;
        return (position.Quantity, position.Cost, position.Realised, desk.State.Ledger("USD").Cash, desk.State.Equity());
    }

    [Theory]
    [InlineData(100, 4, 1, 400)]
    [InlineData(300, 1, 3, 100)]        // a third has no last digit, but a third of 300 is 100
    [InlineData(-200, 3, 2, -300)]
    public void A_split_changes_the_quantity_and_neither_cost_nor_equity(int held, int newShares, int oldShares, int after)
    {
        var desk = Holding(held).When(Split(2, newShares, oldShares), Some.Done(Some.Ada, 2)).Then("position_split");
        Assert.Equal((after, held * 100m, 0m, 1_000_000m - (held * 100m), 1_000_000m), Book(desk) with { Equity = Math.Round(desk.State.Equity(), 10) });
        Assert.Equal(0m, desk.Only<PositionSplit>().CashInLieu);
    }

    [Fact]
    public void What_is_left_over_a_whole_lot_is_paid_in_cash()
    {
        // 105 at 1 for 10 are 10.5: ten shares, and half of one at 1,000. Its cost was 10,500 × 0.5 / 10.5 = 500.
        var desk = Holding(105m).When(Split(2, 1m, 10m), Some.Done(Some.Ada, 2));
        Assert.Equal((10m, 10_000m, 0m, 990_000m, 1_000_000m), Book(desk));
        Assert.Equal((500m, 1_000m), (desk.Only<PositionSplit>().CashInLieu, desk.Only<PositionSplit>().Price));
    }

    [Theory]
    [InlineData(100, "0.47", "47")]
    [InlineData(-100, "0.47", "-47")]
    public void A_dividend_is_paid_to_a_long_and_by_a_short_and_leaves_the_equity(int held, string perShare, string amount)
    {
        var desk = Holding(held).When(Dividend(2, decimal.Parse(perShare)), Some.Done(Some.Ada, 2)).Then("dividend_paid");
        Assert.Equal((held, held * 100m, decimal.Parse(amount), 1_000_000m - (held * 100m) + decimal.Parse(amount), 1_000_000m), Book(desk));
        Assert.Equal(decimal.Parse(amount), desk.Only<DividendPaid>().Amount);
        desk.When(Some.Quote(Some.Spy, 100m, 100m, 3), Some.Done(Some.Ada, 3));
        Assert.Equal(1_000_000m + decimal.Parse(amount), desk.State.Equity());      // the market did not fall by it: that is profit
    }

    [Fact]
    public void Who_holds_nothing_sees_no_event_but_the_new_price()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(), Some.Ada), Some.Quote(Some.Spy, 100m, 102m, 1), Some.Done(Some.Ada, 1)])
            .When(Split(2, 2m, 1m), Some.Done(Some.Ada, 2)).Then();
        Assert.Equal((50m, 51m), (desk.State.Books[Some.Spy].Market.Bid, desk.State.Books[Some.Spy].Market.Ask));
    }

    [Fact]
    public void A_split_cancels_open_orders_and_a_dividend_leaves_them()
    {
        var desk = Holding(100m).When(Some.AtLimit(Some.Ada, Side.Buy, 10m, 90m, 2), Some.Quote(Some.Spy, 100m, 100m, 2), Some.Done(Some.Ada, 2));
        desk.When(Dividend(3, 0.5m), Some.Done(Some.Ada, 3)).Then("dividend_paid");
        desk.When(Split(4, 2m, 1m), Some.Done(Some.Ada, 4)).Then("order_cancel_requested", "order_cancelled", "position_split");
        Assert.Equal("rule:SPLIT", desk.Only<OrderCancelRequested>().Actor);
        Assert.Empty(desk.State.Books[Some.Spy].Open);
    }

    [Fact]
    public void A_short_pays_for_the_calendar_days_that_it_was_held()
    {
        // 100 short at 100, 3.6 % a year: 10,000 × 0.036 / 360 = 1 a day; Friday to Monday are three.
        var desk = Holding(-100m, new() { ["borrowRate"] = "0.036" });
        desk.When(Some.Quote(Some.Spy, 100m, 100m, 3 * NextDay), Some.Done(Some.Ada, 3 * NextDay)).Then("borrow_fee_charged", "trading_day_opened");
        var charged = desk.Only<BorrowFeeCharged>();
        Assert.Equal((3m, 3, 10_000m, 0.036m), (charged.Holding.Fee, charged.Days, charged.MarketValue, charged.Rate));
        Assert.Equal((1_009_997m, 3m), (desk.State.Ledger("USD").Cash, desk.State.Books[Some.Spy].Position.Fees));
        Assert.Equal(999_997m, desk.Only<TradingDayOpened>().Equity);
    }

    [Theory]
    [InlineData(100, "0.036")]
    [InlineData(-100, "0")]
    public void A_long_pays_nothing_and_a_free_short_neither(int held, string rate) =>
        Holding(held, new() { ["borrowRate"] = rate }).When(Some.Quote(Some.Spy, 100m, 100m, NextDay), Some.Done(Some.Ada, NextDay)).Then("trading_day_opened");

    [Fact]
    public void A_short_that_is_bought_back_pays_for_its_nights_and_for_no_more()
    {
        var within = Holding(-100m, new() { ["borrowRate"] = "0.036" });
        within.When(Some.Quote(Some.Spy, 100m, 100m, 2), Some.Wants(Some.Ada, Side.Buy, 100m, 2), Some.Done(Some.Ada, 2));
        within.When(Some.Quote(Some.Spy, 100m, 100m, NextDay), Some.Done(Some.Ada, NextDay)).Then("trading_day_opened");

        // The last day that it was held is paid for, though it is bought back with the first price of the next.
        var overnight = Holding(-100m, new() { ["borrowRate"] = "0.036" });
        overnight.When(Some.Quote(Some.Spy, 100m, 100m, NextDay), Some.Wants(Some.Ada, Side.Buy, 100m, NextDay), Some.Done(Some.Ada, NextDay));
        Assert.Equal((1m, 1, 0m), (overnight.Only<BorrowFeeCharged>().Holding.Fee, overnight.Only<BorrowFeeCharged>().Days, overnight.State.Books[Some.Spy].Position.Quantity));
        overnight.When(Some.Quote(Some.Spy, 100m, 100m, 2 * NextDay), Some.Done(Some.Ada, 2 * NextDay)).Then("trading_day_opened");
    }

    [Fact]
    public void Cash_and_holdings_add_up_over_fills_fees_dividends_splits_and_borrowing_and_a_replay_agrees() => Draw.Property(40, random =>
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(
                policy: Some.Policy(random.Of(VotingMethod.Netting, VotingMethod.ConfidenceWeighted)),
                settings: new() { ["seed"] = $"{random.Next()}", ["participation"] = "0.5", ["feePerShare"] = "0.0035", ["borrowRate"] = "0.05", ["queue"] = "seeded" },
                cash: new() { ["USD"] = 1_000m, ["EUR"] = 500m }), Some.Ada, Some.Bob),
            Some.Quote(Some.EurUsd, 1.0999m, 1.1001m, 0)]);
        foreach (var agent in desk.State.Agents.Keys) desk.When(Some.Done(agent, 0));
        for (var second = 1; second <= 40; second++)
        {
            // Two market times a day: a session, and an action in the night behind it.
            var at = second * NextDay / 2;
            BookkeepingTests.Session(desk, random, at);
            if (!random.Chance(0.5)) continue;
            var instrument = random.Of(Some.Spy, Some.Qqq, Some.Sap);
            desk.When(random.Chance(0.5) ? Dividend(at + 1, random.Next(1, 50) / 100m, instrument) : random.Chance(0.5) ? Split(at + 1, random.Next(2, 5), 1m, instrument) : Split(at + 1, 1m, random.Next(2, 4), instrument));
            foreach (var agent in desk.State.Agents.Keys.ToArray()) desk.When(Some.Done(agent, at + 1));
        }

        foreach (var currency in (string[])["USD", "EUR"])
        {
            var books = desk.State.Books.Values.Where(b => b.Instrument.Currency == currency).ToArray();
            // Prices after a split of one for three have no last digit, so the sums agree to what decimals hold.
            Assert.Equal(0m, Math.Round(
                (currency == "USD" ? 1_000m : 500m) + books.Sum(b => b.Position.Realised) - books.Sum(b => b.Position.Fees)
                - desk.State.Ledger(currency).Cash - books.Sum(b => b.Position.Cost), 12));
            Assert.Equal(0m, Math.Round(books.Sum(b => b.MarketValue) - desk.State.Ledger(currency).PositionValue, 12));
        }

        foreach (var (instrument, book) in desk.State.Books)
        {
            var agents = desk.State.AgentPositions.Where(p => p.Key.Instrument == instrument).Select(p => p.Value).ToArray();
            Assert.Equal(book.Position.Quantity, agents.Sum(p => p.Quantity));
            Assert.Equal(book.Position.Fees, agents.Sum(p => p.Fees));
            Assert.True(book.Instrument.IsWholeLots(book.Position.Quantity));
        }

        Assert.All(desk.Log.OfType<DividendPaid>(), d => Assert.Equal(d.Amount, d.Holding.Shares.Sum(s => s.Realised)));
        Assert.All(desk.Log.OfType<BorrowFeeCharged>(), b => Assert.Equal(b.Holding.Fee, b.Holding.Shares.Sum(s => s.Fee)));
        Assert.DoesNotContain(desk.Log, e => e is OrderAnomalyNoted);
        var (equity, queue) = (desk.State.Equity(), desk.State.Orders.Values.Select(o => o.QueueAhead).ToArray());
        desk.RestartFromLog();
        Assert.Equal((equity, queue.Length), (desk.State.Equity(), desk.State.Orders.Count));
        desk.RestartFromSnapshot();
        Assert.Equal(queue, desk.State.Orders.Values.Select(o => o.QueueAhead));
    });
}
