using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Projections.Book;
using EventSourcedTrading.Projections.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.Projections.Tests;

/// <summary>The folds by themselves, without a database.</summary>
public class FoldingTests
{
    [Fact]
    public void However_the_log_is_cut_into_batches_the_book_is_the_same()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
            ArbMap.Default.ArbFor<int>(), Gen.Choose(1, 40).NonEmptyListOf().ToArbitrary(),
            (seed, cuts) =>
            {
                var log = Log(new Session(seed, "main", "eur").Batches(40));
                var whole = Fold(log, [log.Count]);
                var cut = Fold(log, [.. cuts]);
                // A day on which nothing was gained or lost may have a row of zeros, if it was looked at meanwhile.
                return whole.SequenceEqual(cut).Label($"seed {seed}: {string.Join("; ", whole.Except(cut).Take(3))} | {string.Join("; ", cut.Except(whole).Take(3))}");
            }));
    }

    [Fact]
    public void A_tape_gives_the_last_price_of_each_instrument_and_day()
    {
        var session = new Session(1, "main");
        foreach (var (kind, data) in new[]
        {
            ("signal", Signal("SPY.ARCX", 1, "10", "2013-10-07T13:31:00Z")),
            ("signal", Signal("SPY.ARCX", 2, "11", "2013-10-07T23:59:59.999999Z")),
            ("intent", "{\"instrument\":\"SPY.ARCX\",\"price\":\"99\",\"time\":\"2013-10-07T13:31:00Z\",\"features\":{\"time\":[1,{}]}}"),
            ("signal", Signal("SAP.XETR", 3, "20", "2013-10-07T13:31:00Z")),
            ("signal", Signal("SPY.ARCX", 4, "12", "2013-10-08T00:00:00Z")),
            ("deadline", "\"struck\""),
        }) session.Input(kind, data, []);

        Assert.Equal(
            [("SPY.ARCX", 7, 11m), ("SAP.XETR", 7, 20m), ("SPY.ARCX", 8, 12m)],
            TapePrices.Read(session.Batch("main").Events[0].Data.Span).Select(p => (p.Instrument, p.Day.Day, p.Mark)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"inputs\":[{\"kind\":\"signal\",\"events\":0,\"data\":{\"instrument\":\"A.XXXX\",\"time\":\"2013-10-07T13:31:00Z\"}}]}")]
    [InlineData("{\"inputs\":[{\"kind\":\"signal\",\"events\":0,\"data\":7}]}")]
    public void A_tape_that_lacks_what_a_price_needs_is_refused(string tape) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => TapePrices.Read(System.Text.Encoding.UTF8.GetBytes(tape)));

    [Fact]
    public void A_split_a_dividend_and_borrowing_move_holdings_and_cash_as_the_engine_has_it()
    {
        var day = Timestamp.Parse("2013-10-08T04:00:00Z");
        ExecutionShare[] bought = [new("ada@1.0.0", 100m, 1m, 0m, 100m, 1_000m)];
        DomainEvent[] events =
        [
            new PortfolioOpened("main", "USD", [Session.Spy], "paper", new Dictionary<string, string>(), "ops", "start"),
            new CashMoved("main", "USD", 5_000m, "ops", "deposit"),
            new TradingDayOpened("main", "2013-10-08", 5_000m, day),
            new OrderFilled(new Execution("main-1", "x", "main", "d", Session.Spy.Id, Side.Buy, 100m, 10m, 1m, "USD", 100m, 0m, 0m, 100m, 1_000m, bought, day)),
            new DividendPaid(new HoldingChange("main", Session.Spy.Id, "USD", 50m, 0m, 100m, 1_000m, [new("ada@1.0.0", 0m, 0m, 50m, 100m, 1_000m)]), 0.5m, 50m, day),
            new PositionSplit(new HoldingChange("main", Session.Spy.Id, "USD", 0m, 0m, 400m, 1_000m, [new("ada@1.0.0", 0m, 0m, 0m, 400m, 1_000m)]), 4m, 1m, 0m, 2.5m, day),
            new BorrowFeeCharged(new HoldingChange("main", Session.Spy.Id, "USD", 0m, 2m, 400m, 1_000m, [new("ada@1.0.0", 0m, 2m, 0m, 400m, 1_000m)]), 0.1m, 1_000m, 1, day),
        ];
        var log = events.Select((e, i) => new RecordedEvent(
            i + 1, Guid.NewGuid(), e is OrderFilled ? "order-main-1" : "portfolio-main", i + 1, EventJson.AliasOf(e), EventJson.Serialize(e), DateTimeOffset.UnixEpoch, null, null, default)).ToList();
        var rows = Fold(log, [1]);
        Assert.Contains(rows, r => r.StartsWith("CashRow", StringComparison.Ordinal) && r.Contains("Balance = 4047, Moved = 5000, Traded = -950, Fees = 3 ", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("PositionRow", StringComparison.Ordinal) && r.Contains("Quantity = 400, Cost = 1000, Realised = 50, Fees = 3, Fills = 1", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("AgentPositionRow", StringComparison.Ordinal) && r.Contains("Quantity = 400, Cost = 1000, Realised = 50, Fees = 3, Fills = 1", StringComparison.Ordinal));
        Assert.Equal(2, rows.Count(r => r.StartsWith("DailyProfitRow", StringComparison.Ordinal) && r.Contains("Realised = 50, Fees = 3,", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_split_on_a_tape_is_no_price()
    {
        var session = new Session(1, "main");
        session.Input("signal", Signal("SPY.ARCX", 1, "10", "2013-10-07T13:31:00Z"), []);
        session.Input("signal", "{\"feed\":\"f\",\"instrument\":\"SPY.ARCX\",\"kind\":\"split\",\"newShares\":\"4\",\"oldShares\":\"1\",\"sequence\":\"2\",\"sliceEnd\":true,\"time\":\"2013-10-08T04:00:00Z\"}", []);
        Assert.Equal(10m, TapePrices.Read(session.Batch("main").Events[0].Data.Span).Single().Mark);
    }

    private static string Signal(string instrument, int sequence, string price, string time) =>
        $$"""{"feed":"f","instrument":"{{instrument}}","kind":"trade","price":"{{price}}","sequence":"{{sequence}}","size":"1","time":"{{time}}"}""";

    private static List<RecordedEvent> Log(IEnumerable<AppendBatch> batches)
    {
        var log = new List<RecordedEvent>();
        foreach (var batch in batches)
            foreach (var e in batch.Events)
                log.Add(new RecordedEvent(log.Count + 1, e.Id, e.StreamId, e.Version, e.Type, e.Data, batch.RecordedAt, e.CorrelationId, e.CausationId, default));
        return log;
    }

    private static List<string> Fold(List<RecordedEvent> log, int[] cuts)
    {
        var book = new BookProjection();
        book.Loaded();
        var at = 0;
        for (var i = 0; at < log.Count; i++)
        {
            var upTo = Math.Min(log.Count, at + cuts[i % cuts.Length]);
            for (; at < upTo; at++)
                if (book.EventTypes.Contains(log[at].Type))
                    book.Apply(new Fact(log[at], log[at].Type == "inputs_recorded" ? null : EventJson.Deserialize(log[at].Type, log[at].Data.Span)));
            book.Finish();
        }

        return [.. book.Tables.SelectMany(RowsOf).Where(r => !IsEmptyDay(r)).Select(r => r.ToString()!).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<object> RowsOf(Rows table) => ((System.Collections.IEnumerable)((dynamic)table).Values).Cast<object>();

    private static bool IsEmptyDay(object row) => row is DailyProfitRow { Realised: 0m, Fees: 0m, Unrealised: 0m, UnrealisedBefore: 0m };
}
