using System.Text;
using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.InteractiveBrokers;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.Tests.Alpaca;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrReadingTests
{
    [Theory]
    [InlineData("PendingSubmit", 0, OrderState.Submitted)]
    [InlineData("PreSubmitted", 0, OrderState.New)]
    [InlineData("Submitted", 0, OrderState.New)]
    [InlineData("submitted", 3, OrderState.PartiallyFilled)]
    [InlineData("Filled", 10, OrderState.Filled)]
    [InlineData("PendingCancel", 3, OrderState.PendingCancel)]
    [InlineData("Cancelled", 3, OrderState.Canceled)]
    [InlineData("Inactive", 0, OrderState.Rejected)]
    [InlineData("Inactive", 3, OrderState.Canceled)]
    [InlineData("WarnState", 0, OrderState.InDoubt)]
    [InlineData("Held by Moonlight", 0, OrderState.InDoubt)]
    [InlineData(null, 0, OrderState.InDoubt)]
    public void A_status_tells_where_an_order_stands(string? status, int filled, OrderState state) => Assert.Equal(state, IbkrWords.State(status, filled));

    [Theory]
    [InlineData(null, "Submitted", ReportKind.Acknowledged)]
    [InlineData("PendingSubmit", "PreSubmitted", ReportKind.Acknowledged)]
    [InlineData("WarnState", "Submitted", ReportKind.Acknowledged)]
    [InlineData("PreSubmitted", "Submitted", null)]
    [InlineData("Submitted", "Submitted", null)]
    [InlineData(null, "PendingSubmit", null)]
    [InlineData("Submitted", "PendingCancel", null)]
    [InlineData("PendingCancel", "Submitted", ReportKind.CancelRefused)]
    [InlineData("PendingCancel", "Cancelled", ReportKind.Cancelled)]
    [InlineData(null, "Cancelled", ReportKind.Cancelled)]
    [InlineData("Cancelled", "Cancelled", null)]
    [InlineData("PendingSubmit", "Inactive", ReportKind.Rejected)]
    [InlineData("Inactive", "Inactive", null)]
    [InlineData("Submitted", "Filled", null)]
    public void What_has_changed_is_the_report(string? was, string now, ReportKind? kind) => Assert.Equal(kind, IbkrWords.Change(was is null ? null : Standing(was), Standing(now)));

    [Fact]
    public void Other_terms_are_a_replacement_and_other_fills_are_none()
    {
        var was = Standing("Submitted");
        foreach (var changed in new[] { was with { Quantity = 11m }, was with { LimitPrice = 2m }, was with { StopPrice = 3m } }) Assert.Equal(ReportKind.Replaced, IbkrWords.Change(was, changed));
        Assert.Null(IbkrWords.Change(was, was with { Filled = 4m, AveragePrice = 1m, State = OrderState.PartiallyFilled }));
    }

    private static BrokerOrder Standing(string status) => new("fund-1", "7", "SPY.ARCX", Side.Buy, 10m, 0m, 0m, OrderType.Limit, 1m, null, IbkrWords.State(status, 0m), status, default);

    [Theory]
    [InlineData("LMT", OrderType.Limit)]
    [InlineData("Limit", OrderType.Limit)]
    [InlineData("MIDPX", OrderType.Market)]
    [InlineData("MARKET", OrderType.Market)]
    [InlineData("Stop", OrderType.Stop)]
    [InlineData("STP LMT", OrderType.StopLimit)]
    [InlineData("STOP_LIMIT", OrderType.StopLimit)]
    [InlineData("Trailing Stop", OrderType.Stop)]
    public void Types_have_many_names(string word, OrderType type) => Assert.Equal(type, IbkrWords.ReadType(word));

    [Theory]
    [InlineData("""{"x":"1,234.50"}""", 1234.5)]
    [InlineData("""{"x":1234.5}""", 1234.5)]
    [InlineData("""{"x":1.2345e3}""", 1234.5)]
    [InlineData("""{"x":"","y":"7"}""", 7.0)]
    [InlineData("""{"x":null,"y":7}""", 7.0)]
    [InlineData("""{"x":[1],"y":{}}""", null)]
    [InlineData("""{"x":"1e400"}""", null)]
    [InlineData("[]", null)]
    public void A_number_is_read_in_every_form(string json, double? number) => Assert.Equal((decimal?)number, IbkrJson.Parse(Encoding.UTF8.GetBytes(json)).Number("x", "y"));

    [Theory]
    [InlineData(200, """[{"order_id":"987","order_status":"PreSubmitted","encrypt_message":"1"}]""", "Taken 987 PreSubmitted")]
    [InlineData(200, """{"order_id":987,"order_status":"Submitted"}""", "Taken 987 Submitted")]
    [InlineData(200, """[{"order_id":"987","order_status":"Inactive"}]""", "Refused 987 Inactive")]
    [InlineData(200, """[{"id":"a-b","isSuppressed":false,"message":["Sure?"],"messageIds":["o354"]}]""", "Asked a-b Sure?")]
    [InlineData(200, """[{"id":"a-b","message":"Sure?","messageIds":"o354"}]""", "Asked a-b Sure?")]
    [InlineData(200, """{"error":"no"}""", "Refused  no")]
    [InlineData(400, """{"error":"Bad Request","statusCode":400}""", """Refused  400: {"error":"Bad Request","statusCode":400}""")]
    [InlineData(200, """{"orderId":987,"text":"Use it?","options":["Yes"],"prompt":true}""", "Declined  Use it?")]
    [InlineData(200, "[]", "Unknown  200 with an answer that is not understood: []")]
    [InlineData(200, "<html>", "Unknown  200 with an answer that is no JSON: <html>")]
    [InlineData(200, "", "Unknown  200 with an answer that is no JSON: without a word")]
    [InlineData(302, "", "Unknown  302: without a word")]
    [InlineData(408, "", "Unknown  408: without a word")]
    [InlineData(500, """{"error":"no"}""", """Unknown  500: {"error":"no"}""")]
    public void An_answer_to_an_order_is_read_in_every_form(int status, string body, string said)
    {
        using var http = new BrokerHttp("ibkr", new Uri("http://127.0.0.1:1/"), new BrokerLimits(), new BrokerRateLimit(new BrokerLimits(), TimeProvider.System), new Redaction(), TimeProvider.System);
        var reply = IbkrReply.Read(new OrderOutcome(new BrokerAnswer(status, Encoding.UTF8.GetBytes(body), null), MayHaveArrived: true, ""), asked: false, http);
        Assert.Equal(said, $"{reply.Kind} {reply.Id} {reply.Text}");
    }
}

/// <summary>A broker of whose fields one in three comes in another type, is missing or new.</summary>
public sealed class IbkrInexactTests() : IbkrDesk(new FakeSettings { Cash = 1_000_000m, FeePerShare = 0.01m, CallsPerMinute = 1_000_000 }, new IbkrSettings(Inexact: 0.3, Questions: [Question.NoMarketData]))
{
    protected override IbkrOptions Changed(IbkrOptions options) => options with { Confirmed = new HashSet<string> { "o354" }, Conids = new Dictionary<string, long> { ["SPY.ARCX"] = 756733, ["AAPL.XNAS"] = 265598 } };

    [Fact]
    public async Task Nothing_that_matters_is_misread()
    {
        await using var ear = new Ear(Adapter);
        Assert.IsType<ConnectionRestored>(await ear.NextAsync());
        var reports = new List<ReportReceived>();
        for (var number = 1; number <= 15; number++)
        {
            var id = await AcceptedAsync(Limit($"fund-{number}", number + 1m));
            Broker.Venue.Fill(id, 1m, 489m);
            var found = (await Adapter.FindAsync($"fund-{number}", Ct))!;
            Assert.Equal((id, number + 1m, 1m, 489m, OrderState.PartiallyFilled), (found.BrokerOrderId, found.Quantity, found.Filled, found.AveragePrice, found.State));
            // Heard as they come: a stream that nobody reads for longer than its patience is given up.
            reports.AddRange(await ear.ReportsAsync(2));
        }

        Assert.Equal(Enumerable.Range(1, 15).SelectMany(n => new[] { ($"fund-{n}", ReportKind.Acknowledged), ($"fund-{n}", ReportKind.PartialFill) }), reports.Select(r => (r.Report.OrderId, r.Report.Kind)));
        Assert.Equal(15, (await Adapter.OpenOrdersAsync(Ct)).Count);
        Assert.Equal(("SPY.ARCX", 15m, 489m), Assert.Single(await Adapter.PositionsAsync(Ct)) is var p ? (p.Instrument, p.Quantity, p.AveragePrice) : default);
        var executions = await Adapter.ExecutionsAsync(default, Ct);
        Assert.Equal((15, 15m * 489m, 0.15m), (executions.Count, executions.Sum(e => e.Price), executions.Sum(e => e.Fee)));
        // Where the cash itself is left out there is no answer; it is never taken for none.
        BrokerAccount? account = null;
        for (var tries = 0; tries < 100 && account is null; tries++) account = await Adapter.AccountAsync(Ct).ContinueWith(a => a.IsCompletedSuccessfully ? a.Result : a.Exception!.InnerException is BrokerException ? null : throw a.Exception, TaskScheduler.Default);
        Assert.Equal(1_000_000m - (15m * 489m) - 0.15m, account!.Cash["USD"]);
    }
}
