namespace EventSourcedTrading.Reports.Tests;

public sealed class ExecutionQualityTests
{
    [Fact]
    public async Task Fills_are_set_against_the_quote_before_the_decision_and_not_one_after_it()
    {
        var row = (await Morning.Write().ReportAsync("best-execution", "main")).Table("orders").Row(0);
        Assert.Equal(("100", "quote feed:1", "0.04"), (row["arrival price"], row["arrival from"], row["quoted spread"]));
        // Bought 80 at 100.075 on average: 0.075 of 100 is 7.5 basis points worse.
        Assert.Equal(("100.075", "7.5", "2"), (row["average price"], row["slippage bps"], row["s to first fill"]));
    }

    [Fact]
    public async Task The_summary_counts_orders_and_weighs_by_value()
    {
        var row = (await Morning.Write().ReportAsync("best-execution", "main")).Table("summary").Row(0);
        Assert.Equal(("SPY.ARCX", "paper", "buy", "1", "1"), (row["instrument"], row["venue"], row["side"], row["orders"], row["cancelled"]));
        Assert.Equal(("80", "7.5", "15", "0.8", "USD"), (row["fill rate %"], row["slippage bps"], row["effective spread bps"], row["fees"], row["currency"]));
    }

    [Fact]
    public async Task Without_a_price_on_record_nothing_is_said_of_slippage()
    {
        var row = (await Morning.Write().ReportAsync("best-execution", "other")).Table("orders").Row(0);
        Assert.False(row.ContainsKey("arrival price"));
        Assert.False(row.ContainsKey("slippage bps"));
    }
}
