namespace EventSourcedTrading.Reports.Tests;

public sealed class AlterationStatementTests
{
    [Fact]
    public async Task What_alters_is_listed_with_who_and_what_it_refers_to()
    {
        var table = (await Morning.Write().ReportAsync("alterations", "main")).Table("alterations");
        Assert.Equal(["11", "12", "16", "19", "22"], table.Column("position"));
        Assert.Equal(["ann", null, "ann", "ann", "ann"], table.Column("who"));
        Assert.Equal(["human", "automated: platform or venue", "human", "human", "human"], table.Column("human or automated"));
        Assert.Equal("stream order-main-1", table.Row(0)["refers to"]);
        // The first limits replaced nothing; the second replaced those at position 2.
        Assert.Equal([null, null, "2", null, null], table.Column("replaces position"));
    }

    [Fact]
    public async Task Every_event_of_the_log_is_counted()
    {
        var report = await Morning.Write().ReportAsync("alterations");
        Assert.Equal(24, report.Table("events").Column("events").Sum(n => int.Parse(n!)));
        Assert.Equal(24, report.Events);
        Assert.Contains(report.Table("events").Rows, r => r is ["command_answered", "3", "13", "20"]);
    }
}
