using EventSourcedTrading.BrokerFakes;
using EventSourcedTrading.BrokerFakes.Alpaca;
using EventSourcedTrading.Brokers.Alpaca;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;

namespace EventSourcedTrading.Brokers.Tests.Alpaca;

public abstract class AlpacaStreamTests(bool binaryFrames) : AlpacaDesk(binaryFrames: binaryFrames)
{
    [Fact]
    public async Task An_order_is_followed_to_its_end()
    {
        await using var heard = await ListenAsync();
        Broker.Venue.SetPrice("SPY", 490m, 4m);
        var id = await AcceptedAsync(Limit());
        Broker.Venue.SetPrice("SPY", 489m);
        var said = await heard.ReportsAsync(3);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.PartialFill, ReportKind.Fill], said.Select(r => r.Report.Kind));
        Assert.All(said, r => Assert.Equal("fund-1", r.Report.OrderId));
        // The engine takes the broker's id from here.
        Assert.Equal(id, said[0].Report.ExecutionId);
        Assert.Equal([(4m, 490m), (6m, 489m)], said.Skip(1).Select(r => (r.Report.Quantity, r.Report.Price)));
        Assert.Equal((10m, 10m, 489.4m, OrderState.Filled), said[2].Order is { } order ? (order.Quantity, order.Filled, order.AveragePrice, order.State) : default);
        foreach (var (execution, told) in Broker.Venue.Executions.Zip(said.Skip(1))) Assert.InRange((told.Report.At - Timestamp.From(execution.At)).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task An_execution_has_the_same_id_when_it_is_asked_for_later()
    {
        await using var heard = await ListenAsync();
        var first = await AcceptedAsync(Limit());
        Broker.Venue.Fill(first, 4m, 490m);
        Broker.Venue.Fill(first, 0.5m, 490m);
        await Adapter.ReplaceAsync(Limit(price: 480m), Spy, first, Ct);
        Broker.Venue.SetPrice("SPY", 470m);
        var fills = (await heard.ReportsAsync(5)).Where(r => r.Report.Kind is ReportKind.Fill or ReportKind.PartialFill).Select(r => r.Report).ToList();
        var asked = await Adapter.ExecutionsAsync(default, Ct);
        Assert.Equal(
            asked.Select(e => (e.ExecutionId, e.OrderId, e.Quantity, e.Price)), fills.Select(r => (r.ExecutionId, r.OrderId, r.Quantity, r.Price)));
        Assert.Equal(3, asked.Select(e => e.ExecutionId).Distinct().Count());
    }

    [Fact]
    public async Task A_replacement_is_told_with_the_whole_quantity_and_its_price()
    {
        await using var heard = await ListenAsync();
        var first = await AcceptedAsync(Limit());
        Broker.Venue.Fill(first, 4m, 490m);
        var second = (await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 480m), Spy, first, Ct)).BrokerOrderId;
        var said = await heard.ReportsAsync(3);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.PartialFill, ReportKind.Replaced], said.Select(r => r.Report.Kind));
        Assert.Equal(("fund-1", 12m, 480m, second), (said[2].Report.OrderId, said[2].Report.Quantity, said[2].Report.Price, said[2].Report.ExecutionId));
        Assert.Equal((second, 4m), (said[2].Order!.BrokerOrderId, said[2].Order!.Filled));
        Broker.Faults.Add("reject venueReplace 1");
        await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 470m), Spy, second, Ct);
        Assert.Equal(ReportKind.ReplaceRefused, (await heard.ReportsAsync(1))[0].Report.Kind);
        Broker.Faults.Add("reject venue 1");
        await Adapter.ReplaceAsync(Limit(quantity: 12m, price: 460m), Spy, second, Ct);
        Assert.Equal([ReportKind.Replaced, ReportKind.Rejected], (await heard.ReportsAsync(2)).Select(r => r.Report.Kind));
    }

    [Fact]
    public async Task Ends_and_refusals_are_told()
    {
        await using var heard = await ListenAsync();
        Broker.Faults.Add("reject venueCancel 1");
        var first = await AcceptedAsync(Limit());
        await Adapter.CancelAsync(Limit(), first, Ct);
        await Adapter.CancelAsync(Limit(), first, Ct);
        await AcceptedAsync(Limit("fund-2"));
        Broker.Venue.CloseMarket();
        Broker.Venue.OpenMarket();
        Broker.Venue.Reject(await AcceptedAsync(Limit("fund-3")), "halted");
        Strangers();
        var said = await heard.ReportsAsync(8);
        Assert.Equal(
            [("fund-1", ReportKind.Acknowledged), ("fund-1", ReportKind.CancelRefused), ("fund-1", ReportKind.Cancelled), ("fund-2", ReportKind.Acknowledged), ("fund-2", ReportKind.Expired),
                ("fund-3", ReportKind.Acknowledged), ("fund-3", ReportKind.Rejected), ("", ReportKind.Acknowledged)],
            said.Select(r => (r.Report.OrderId, r.Report.Kind)));
    }

    [Fact]
    public async Task What_the_broker_repeats_or_tells_late_is_passed_on_as_it_is()
    {
        await using var heard = await ListenAsync();
        Broker.Faults.Add("duplicateReport fill 1, reorderReport new 2, unknownOrderReport fill 2");
        await AcceptedAsync(Terms());
        var said = await heard.ReportsAsync(3);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.Fill, ReportKind.Fill], said.Select(r => r.Report.Kind));
        Assert.Equal(said[1].Report, said[2].Report);
        await AcceptedAsync(Terms("fund-2"));
        var late = await heard.ReportsAsync(3);
        Assert.Equal([ReportKind.Fill, ReportKind.Fill, ReportKind.Acknowledged], late.Select(r => r.Report.Kind));
        Assert.Equal([true, false, true], late.Select(r => r.Report.OrderId == "fund-2"));
    }

    [Fact]
    public async Task A_fill_that_crossed_a_cancel_is_told()
    {
        await using var heard = await ListenAsync();
        Broker.Faults.Add("fillAfterCancel cancel 1");
        var id = await AcceptedAsync(Limit());
        await Adapter.CancelAsync(Limit(), id, Ct);
        Assert.Equal([ReportKind.Acknowledged, ReportKind.Cancelled, ReportKind.Fill], (await heard.ReportsAsync(3)).Select(r => r.Report.Kind));
    }

    [Fact]
    public async Task A_stream_that_says_nothing_any_more_is_found_out_and_the_gap_is_told()
    {
        await using var heard = await ListenAsync();
        Broker.Faults.Add("halfOpen new 2");
        await AcceptedAsync(Limit());
        await heard.ReportsAsync(1);
        await AcceptedAsync(Terms("fund-2"));
        var lost = Assert.IsType<ConnectionLost>(await heard.NextAsync());
        Assert.Equal("no sign of life for 2.4 s", lost.Reason);
        var since = Assert.IsType<ConnectionRestored>(await heard.NextAsync()).Since!.Value;
        // Whoever asks since then hears what was missed.
        Assert.Equal("fund-2", Assert.Single(await Adapter.ExecutionsAsync(since, Ct)).OrderId);
        Assert.True(Timestamp.From(DateTimeOffset.UtcNow) - since < TimeSpan.FromSeconds(60));
        await AcceptedAsync(Limit("fund-3"));
        Assert.Equal("fund-3", (await heard.ReportsAsync(1))[0].Report.OrderId);
    }

    [Fact]
    public async Task A_quiet_stream_stays()
    {
        // A busy machine may answer late, but does answer.
        await using var patient = new AlpacaAdapter(Options with { Patience = TimeSpan.FromSeconds(20) }, TimeProvider.System);
        await using var heard = await ListenAsync(patient);
        await Task.Delay(Options.Silence * 5);
        await AcceptedAsync(Limit());
        Assert.IsType<ReportReceived>(await heard.NextAsync());
        Assert.Equal(1, Broker.Feed.Open);
    }

    [Fact]
    public async Task A_broker_that_comes_back_is_heard_again()
    {
        Broker.Faults.Add("serverError stream 1, serverError stream 2");
        await using var heard = new Ear(Adapter);
        Assert.IsType<ConnectionLost>(await heard.NextAsync());
        Assert.Null(Assert.IsType<ConnectionRestored>(await heard.NextAsync()).Since);
        var port = Broker.Address.Port;
        await Broker.DisposeAsync();
        Assert.IsType<ConnectionLost>(await heard.NextAsync());
        await using var back = await FakeBroker.AlpacaAsync(new FakeSettings { Port = port }, new AlpacaSettings(KeyId, SecretKey));
        while (await heard.NextAsync() is not ConnectionRestored { Since: not null })
        {
            // It may find new reasons meanwhile.
        }

        await AcceptedAsync(Limit());
        Assert.Equal("fund-1", (await heard.ReportsAsync(1))[0].Report.OrderId);
    }

    [Fact]
    public async Task A_replacement_that_cannot_be_asked_for_is_told_as_a_gap()
    {
        await using var heard = await ListenAsync();
        var id = await AcceptedAsync(Limit());
        await heard.ReportsAsync(1);
        Broker.Faults.Add("serverError order 2, serverError order 3, serverError order 4, serverError order 5");
        await Adapter.ReplaceAsync(Limit(price: 480m), Spy, id, Ct);
        Assert.Contains("event 'replaced' of order", Assert.IsType<ConnectionLost>(await heard.NextAsync()).Reason);
        Assert.NotNull(Assert.IsType<ConnectionRestored>(await heard.NextAsync()).Since);
        Assert.Equal(1, Broker.Feed.Open);
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var count = 0;
        var listening = Task.Run(async () =>
        {
            await foreach (var message in Adapter.ListenAsync(stop.Token))
            {
                count++;
                Assert.IsType<ConnectionRestored>(message);
                stop.CancelAfter(100);
            }
        });
        await listening.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, count);
    }

    private async Task<Ear> ListenAsync(AlpacaAdapter? adapter = null)
    {
        var ear = new Ear(adapter ?? Adapter);
        Assert.Null(Assert.IsType<ConnectionRestored>(await ear.NextAsync()).Since);
        return ear;
    }
}

public sealed class AlpacaTextStreamTests() : AlpacaStreamTests(binaryFrames: false);

/// <summary>As Alpaca's paper host sends them.</summary>
public sealed class AlpacaBinaryStreamTests() : AlpacaStreamTests(binaryFrames: true);
