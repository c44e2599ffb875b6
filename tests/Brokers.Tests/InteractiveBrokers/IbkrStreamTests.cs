using EventSourcedTrading.Brokers.InteractiveBrokers;
using EventSourcedTrading.Brokers.Tests.Alpaca;
using EventSourcedTrading.Domain.Orders;

namespace EventSourcedTrading.Brokers.Tests.InteractiveBrokers;

public sealed class IbkrStreamTests : IbkrDesk
{
    [Fact]
    public async Task An_orders_life_is_told_and_what_was_before_is_not_told_again()
    {
        await AcceptedAsync(Limit("fund-0"));
        await using var ear = new Ear(Adapter);
        Assert.Equal(new ConnectionRestored(null), await ear.NextAsync());
        var id = await AcceptedAsync(Limit());
        Broker.Venue.Fill(id, 4m, 490m);
        await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 480m), Spy, id, Ct);
        await Adapter.CancelAsync(Limit(), id, Ct);
        var reports = await ear.ReportsAsync(4);
        Assert.Equal(
            [("fund-1", ReportKind.Acknowledged, id, 0m, 0m), ("fund-1", ReportKind.PartialFill, Broker.Venue.Executions[0].Id, 4m, 490m), ("fund-1", ReportKind.Replaced, "", 12m, 480m), ("fund-1", ReportKind.Cancelled, "", 0m, 0m)],
            reports.Select(r => (r.Report.OrderId, r.Report.Kind, r.Report.ExecutionId, r.Report.Quantity, r.Report.Price)));
        Assert.Equal([OrderState.New, OrderState.PartiallyFilled, OrderState.PartiallyFilled, OrderState.Canceled], reports.Select(r => r.Order!.State));
    }

    [Fact]
    public async Task A_fill_is_told_with_the_id_that_later_questions_have()
    {
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        await AcceptedAsync(Terms());
        var reports = await ear.ReportsAsync(2);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.Fill], reports.Select(r => r.Report.Kind));
        Assert.Equal(Assert.Single(await Adapter.ExecutionsAsync(default, Ct)).ExecutionId, reports[1].Report.ExecutionId);
        Assert.Equal((10m, 500m), (reports[1].Report.Quantity, reports[1].Report.Price));
    }

    [Fact]
    public async Task A_stop_is_acknowledged_once_and_a_rejection_by_the_venue_is_told()
    {
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        await AcceptedAsync(Terms(type: OrderType.Stop, stop: 505m));
        Broker.Venue.SetPrice("SPY", 505m);
        Broker.Faults.Add("reject venue 1");
        await Adapter.SubmitAsync(Limit("fund-2"), Spy, Ct);
        var reports = await ear.ReportsAsync(3);
        Assert.Equal([("fund-1", ReportKind.Acknowledged), ("fund-1", ReportKind.Fill), ("fund-2", ReportKind.Rejected)], reports.Select(r => (r.Report.OrderId, r.Report.Kind)));
    }

    [Fact]
    public async Task Repeats_of_an_order_are_not_told_and_those_of_a_trade_have_one_id()
    {
        Broker.Faults.Add("duplicateReport new 1, duplicateReport fill 1");
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        await AcceptedAsync(Terms());
        var reports = await ear.ReportsAsync(3);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.Fill, ReportKind.Fill], reports.Select(r => r.Report.Kind));
        Assert.Equal(reports[1].Report.ExecutionId, reports[2].Report.ExecutionId);
    }

    [Fact]
    public async Task Orders_of_others_have_no_id_of_ours()
    {
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        Strangers(limit: null);
        var reports = await ear.ReportsAsync(2);
        Assert.All(reports, r => Assert.Equal("", r.Report.OrderId));
        Assert.Equal(1m, reports[1].Report.Quantity);
    }

    [Theory]
    [InlineData("breakStream fill 1")]
    [InlineData("halfOpen fill 1")]
    public async Task A_stream_that_breaks_or_falls_silent_is_opened_again_and_the_gap_is_told(string fault)
    {
        Broker.Faults.Add(fault);
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        await AcceptedAsync(Terms());
        // What was said before the fault may still have been on its way.
        var next = await ear.NextAsync();
        if (next is ReportReceived { Report.Kind: ReportKind.Acknowledged }) next = await ear.NextAsync();
        Assert.IsType<ConnectionLost>(next);
        Assert.NotNull(Assert.IsType<ConnectionRestored>(await ear.NextAsync()).Since);
        Assert.Single(await Adapter.ExecutionsAsync(default, Ct));
    }

    [Fact]
    public async Task The_end_of_the_session_ends_the_stream_and_another_is_opened()
    {
        await using var ear = new Ear(Adapter);
        await ear.NextAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent([]);
        (await http.PostAsync(new Uri(Broker.Api, "logout"), content)).EnsureSuccessStatusCode();
        // The next sign of life says so.
        Assert.Equal("the brokerage session has ended", Assert.IsType<ConnectionLost>(await ear.NextAsync()).Reason);
        Assert.IsType<ConnectionRestored>(await ear.NextAsync());
        Assert.Equal(2, Calls("POST", "/iserver/auth/ssodh/init"));
    }
}
