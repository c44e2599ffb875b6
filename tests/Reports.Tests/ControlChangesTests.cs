using System.Text.Json;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Portfolios;

namespace EventSourcedTrading.Reports.Tests;

public sealed class ControlChangesTests
{
    [Fact]
    public async Task Limits_in_force_are_those_of_the_end_of_the_period()
    {
        var log = Morning.Write();
        Assert.Equal(["400", "5000", "0.1"], (await log.ReportAsync("controls", "main")).Table("limits").Column("value"));
        Assert.Equal(["16", "2", "16"], (await log.ReportAsync("controls", "main")).Table("limits").Column("since position"));
        Assert.Equal(["100", "5000"], (await log.ReportAsync("controls", "main", to: HandMadeLog.At(16))).Table("limits").Column("value"));
    }

    [Fact]
    public async Task A_change_says_before_and_after_and_both_persons()
    {
        var table = (await Morning.Write().ReportAsync("controls", "main", from: HandMadeLog.At(3))).Table("limit changes");
        Assert.Equal(2, table.Rows.Count);
        Assert.Equal(new Dictionary<string, string>
        {
            ["position"] = "16", ["recorded"] = "2026-11-02T09:00:15.000000Z", ["whose"] = "portfolio main", ["limit"] = "defaultPositionCap", ["before"] = "100",
            ["after"] = "400", ["actor"] = "ann", ["human or automated"] = "human", ["approver"] = "bob", ["reason"] = "more room",
        }, table.Row(0));
        Assert.False(table.Row(1).ContainsKey("before"));
    }

    [Fact]
    public async Task Orders_checked_are_those_approved_and_blocked()
    {
        var row = (await Morning.Write().ReportAsync("controls", "main")).Table("orders checked").Row(0);
        Assert.Equal(("2", "1", "1", "1", "50"), (row["checked"], row["approved"], row["blocked"], row["sent"], row["share blocked"]));
    }

    [Fact]
    public async Task A_drill_and_its_release_are_told_from_the_real_thing()
    {
        var log = Morning.Write();
        log.Add("risk-main", new Domain.Risk.KillSwitchEngaged("main", Domain.Risk.KillSwitchScope.Portfolio, null, Domain.Risk.KillSwitchMode.ReduceOnly, "rule:MAX_DAILY_LOSS", "loss"));
        var table = (await log.ReportAsync("controls", "main")).Table("kill switches");
        Assert.Equal(["yes", "yes", "no"], table.Column("drill"));
        Assert.Equal(["human", "human", "automated: rule"], table.Column("human or automated"));
        Assert.Equal([null, "bob", null], table.Column("approver"));
        Assert.Equal([null, "1", null], table.Column("engaged for"));
    }

    [Fact]
    public async Task Throttles_violations_blocks_and_refusals_are_listed()
    {
        var report = await Morning.Write().ReportAsync("controls", "main");
        Assert.Equal(["throttle_tripped", "throttle_released"], report.Table("throttles").Column("event"));
        Assert.Equal(["15"], report.Table("violations").Column("position"));
        Assert.Equal(["main-2"], report.Table("blocks").Column("order id"));
        Assert.Equal(["TOO_LATE"], report.Table("intents refused").Column("code"));
    }

    [Fact]
    public async Task A_command_of_the_period_has_its_answer_even_if_that_came_later()
    {
        var log = Morning.Write();
        var at = log.Add("control-main", Asked("ann:c-6"));
        log.Add("commands-main", new CommandAnswered("main", "ann:c-6", "ann", null, "pauseStrategy", "refused", "UNKNOWN_AGENT", "no such agent"));
        log.Add("control-main", Asked("ann:c-7"));
        var table = (await log.ReportAsync("controls", "main", from: HandMadeLog.At(at), to: HandMadeLog.At(at + 1))).Table("commands");
        var row = Assert.Single(table.Rows.Select((_, i) => table.Row(i)));
        Assert.Equal(("ann:c-6", "refused", "UNKNOWN_AGENT: no such agent", $"{at + 1}", "operator"), (row["command id"], row["outcome"], row["answer"], row["answered at"], row["role"]));
        Assert.False((await log.ReportAsync("controls", "main")).Table("commands").Row(4).ContainsKey("outcome"));

        static CommandAuthorised Asked(string id) => new(
            id, "main", "ann", null, "operator", "k1", "127.0.0.1", "a look", "pauseStrategy", JsonDocument.Parse("""{"command":"pauseStrategy","agent":"a@1.0.0"}""").RootElement, HandMadeLog.Start);
    }

    [Fact]
    public async Task The_first_setting_is_a_change_of_configuration_with_its_approver()
    {
        var table = (await Morning.Write().ReportAsync("controls", "main")).Table("configuration");
        Assert.Equal(["1", "2", "16"], table.Column("position"));
        Assert.Equal([null, null, "bob"], table.Column("approver"));
        Assert.Equal(["portfolio main", "limits of main", "limits of main"], table.Column("subject"));
    }

    [Fact]
    public async Task Whether_a_broker_took_orders_and_what_was_taken_over_from_its_book_is_shown()
    {
        var log = Morning.Write();
        var takes = new BrokerCapabilities([OrderType.Market], [TimeInForce.Day], 1m, Shorting: false, ExtendedHours: false, Replaces: true, 48);
        var holding = new HoldingChange("main", "SPY.ARCX", "USD", 0m, 0m, 5m, 500m, []);
        log.Add("portfolio-main", new VenueOpened("main", "alpaca", "the books agree", HandMadeLog.Start, takes));
        log.Add("portfolio-main", new VenueClosed("main", "alpaca", "no answer", HandMadeLog.Start));
        log.Add("portfolio-main", new HoldingAdopted(holding, 5m, 100m, "x-1", "reconciliation", "the book of alpaca has it", HandMadeLog.Start));
        var table = (await log.ReportAsync("controls", "main")).Table("configuration");
        Assert.Equal(["venue_opened", "venue_closed", "holding_adopted"], table.Column("event").Skip(3));
        Assert.Equal(["venue alpaca of main", "venue alpaca of main", "holding of main, SPY.ARCX"], table.Column("subject").Skip(3));
        Assert.Equal("closed", table.Column("setting")[4]);
        Assert.StartsWith("open for {", table.Column("setting")[3], StringComparison.Ordinal);
        Assert.Equal("5 at 100, taken over from x-1", table.Column("setting")[5]);
    }
}
