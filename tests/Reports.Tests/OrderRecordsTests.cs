namespace EventSourcedTrading.Reports.Tests;

public sealed class OrderRecordsTests
{
    [Fact]
    public async Task Every_event_of_an_order_is_a_row_with_its_code()
    {
        var report = await Morning.Write().ReportAsync("orders", "main");
        var table = report.Table("orders");
        Assert.Equal(["6", "7", "8", "9", "10", "11", "12", "14"], table.Column("sequence"));
        Assert.Equal([null, null, "NEWO", "PARF", "PARF", null, "CAME", null], table.Column("event code"));
        Assert.Equal(["approved", "submitted", "new", "partiallyFilled", "partiallyFilled", "pendingCancel", "canceled", "blocked"], table.Column("status"));
        Assert.Equal(["100", "100", "100", "70", "20", "20", "0", "0"], table.Column("remaining quantity"));
    }

    [Fact]
    public async Task A_fill_has_its_fields()
    {
        var row = (await Morning.Write().ReportAsync("orders", "main")).Table("orders").Row(4);
        Assert.Equal(new Dictionary<string, string>
        {
            ["sequence"] = "10", ["recorded"] = "2026-11-02T09:00:09.000000Z", ["as of"] = "2026-11-02T08:59:05.000000Z", ["event"] = "order_partially_filled",
            ["event code"] = "PARF", ["order id"] = "main-1", ["portfolio"] = "main", ["decision id"] = Morning.Decision,
            ["decision makers"] = "calm@1.0.0 40; trend@1.0.0 60", ["instrument"] = "SPY.ARCX", ["MIC"] = "ARCX", ["broker"] = "paper", ["broker order id"] = "B-1",
            ["execution id"] = "e-2", ["side"] = "BUYI", ["type"] = "limit", ["validity"] = "DAVY", ["limit"] = "101", ["initial quantity"] = "100",
            ["remaining quantity"] = "20", ["traded quantity"] = "50", ["traded in all"] = "80", ["price"] = "100.06", ["fee"] = "0.5", ["currency"] = "USD",
            ["status"] = "partiallyFilled",
        }, row);
    }

    [Fact]
    public async Task A_person_who_cancels_is_named_and_a_block_says_which_check_failed()
    {
        var table = (await Morning.Write().ReportAsync("orders", "main")).Table("orders");
        Assert.Equal(("ann", "enough"), (table.Row(5)["actor"], table.Row(5)["reason"]));
        Assert.Equal("POSITION_CAP [POSITION_CAP: -220 against 100 units, SPY.ARCX]", table.Row(7)["reason"]);
    }

    [Fact]
    public async Task A_period_has_its_beginning_and_not_its_end_and_knows_what_was_before()
    {
        var report = await Morning.Write().ReportAsync("orders", from: HandMadeLog.At(9), to: HandMadeLog.At(12));
        var table = report.Table("orders");
        Assert.Equal(["9", "10", "11"], table.Column("sequence"));
        Assert.Equal("101", table.Row(0)["limit"]);
        Assert.Equal((9L, 11L), (report.First!.Seq, report.Last!.Seq));
    }

    [Fact]
    public async Task All_portfolios_are_in_it_unless_one_is_asked_for()
    {
        var log = Morning.Write();
        Assert.Equal(9, (await log.ReportAsync("orders")).Rows);
        Assert.Equal(["other-1"], (await log.ReportAsync("orders", "other")).Table("orders").Column("order id"));
    }
}
