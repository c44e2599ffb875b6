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
}
