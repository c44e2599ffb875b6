using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class ExposuresTests
{
    [Fact]
    public void Exposure_is_told_by_instrument_bucket_currency_and_agent_with_open_orders_at_their_worst()
    {
        var desk = Scenario.Given([.. Some.Desk(Some.Open(policy: Some.Policy(VotingMethod.Netting), venue: "broker"), Some.Ada, Some.Bob), Some.Quote(Some.EurUsd, 1.25m, 1.25m, 0)]);
        Round(desk, 1, Some.Spy, Some.Wants(Some.Ada, Side.Buy, 30m, 1), Some.Wants(Some.Bob, Side.Buy, 10m, 1));
        Report(desk, "alpha-1", 40m);
        Round(desk, 2, Some.Sap, Some.Wants(Some.Bob, Side.Sell, 8m, 2, Some.Sap));
        Report(desk, "alpha-2", 8m);
        // Ada's resting sell of 50 could leave her 20 short.
        Round(desk, 3, Some.Spy, Some.AtLimit(Some.Ada, Side.Sell, 50m, 12m, 3));

        var told = Exposures.Of(desk.State);
        var (spy, sap) = (new Exposure(400m, 0m, 400m, -100m, 400m), new Exposure(0m, 100m, -100m, -100m, 100m));
        Assert.Equal((spy, sap, default), (told.ByInstrument[Some.Spy], told.ByInstrument[Some.Sap], told.ByInstrument[Some.Qqq]));
        Assert.Equal((spy, sap), (told.ByBucket["equity"], told.ByBucket["europe"]));
        Assert.Equal((spy, sap), (told.ByCurrency["USD"], told.ByCurrency["EUR"]));
        Assert.Equal((500m, 300m, 500m, 300m, 1), (told.Whole.Gross, told.Whole.Net, told.Whole.Worst, told.Whole.WorstNet, told.OpenOrders));
        Assert.Equal(new Exposure(300m, 0m, 300m, -200m, 300m), told.ByAgent[Some.Ada]);
        Assert.Equal(new Exposure(100m, 100m, 0m, 0m, 200m), told.ByAgent[Some.Bob]);

        desk.When(new ReportInput(new ExecutionReport("alpha-3", ReportKind.Cancelled, "", 0m, 0m, 0m, "", Some.Time(3))));
        Assert.Equal((new Exposure(400m, 0m, 400m, 400m, 400m), 0), (Exposures.Of(desk.State).ByInstrument[Some.Spy], Exposures.Of(desk.State).OpenOrders));
    }

    private static void Round(Scenario desk, int second, string instrument, params Input[] intents) =>
        desk.When([Some.Quote(instrument, 10m, 10m, second), .. intents, Some.Done(Some.Ada, second), Some.Done(Some.Bob, second)]);

    private static void Report(Scenario desk, string order, decimal quantity) =>
        desk.When(new ReportInput(new ExecutionReport(order, ReportKind.Fill, order, quantity, 10m, 0m, "", Some.Time(3))));
}
