using EventSourcedTrading.Domain.Json;
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
    public void Prices_come_into_force_after_the_events_of_their_own_signal()
    {
        var session = new Session(1, "main");
        session.Input("signal", Signal("SPY.ARCX", 1, "10"), []);
        session.Input("signal", Signal("SPY.ARCX", 2, "11"), [session.Event("x-1", new Domain.Portfolios.TradingHalted("main", "a", "b")), session.Event("x-1", new Domain.Portfolios.TradingHalted("main", "a", "b"))]);
        session.Input("intent", "{\"instrument\":\"SPY.ARCX\",\"price\":\"99\",\"features\":{\"time\":[1,{}]}}", []);
        session.Input("signal", Signal("SAP.XETR", 3, "20"), []);
        session.Input("signal", Signal("SPY.ARCX", 4, "12"), []);

        var prices = TapePrices.Read(session.Batch("main").Events[0].Data.Span, 100);

        Assert.Equal(
            [(101, "SPY.ARCX", 10m), (103, "SPY.ARCX", 12m), (103, "SAP.XETR", 20m)],
            prices.OrderBy(p => p.FromSeq).ThenBy(p => p.Mark).Select(p => ((int)p.FromSeq, p.Instrument, p.Mark)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"inputs\":[{\"kind\":\"signal\",\"data\":{}}]}")]
    [InlineData("{\"inputs\":[{\"kind\":\"signal\",\"events\":0,\"data\":{\"instrument\":\"A.XXXX\",\"time\":\"2013-10-07T13:31:00Z\"}}]}")]
    [InlineData("{\"inputs\":[{\"kind\":\"signal\",\"events\":0,\"data\":7}]}")]
    public void A_tape_that_lacks_what_a_price_needs_is_refused(string tape) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => TapePrices.Read(System.Text.Encoding.UTF8.GetBytes(tape), 1));

    private static string Signal(string instrument, int sequence, string price) =>
        $$"""{"feed":"f","instrument":"{{instrument}}","kind":"trade","price":"{{price}}","sequence":"{{sequence}}","size":"1","time":"2013-10-07T13:31:00.000000Z"}""";

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
            book.Finish(upTo);
        }

        return [.. book.Tables.SelectMany(RowsOf).Where(r => !IsEmptyDay(r)).Select(r => r.ToString()!).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<object> RowsOf(Rows table) => ((System.Collections.IEnumerable)((dynamic)table).Values).Cast<object>();

    private static bool IsEmptyDay(object row) => row is DailyProfitRow { Realised: 0m, Fees: 0m, Unrealised: 0m, UnrealisedBefore: 0m };
}
