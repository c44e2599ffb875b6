using System.Text.Json;
using EventSourcedTrading.MarketData.Tests.Lean;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>Each fault of docs/market-data.md through the command line: it ends a run with a sentence, or the run ends well and the fault is on record.</summary>
public sealed class BadDataTests : IDisposable
{
    private const string Bars = "time,instrument,open,high,low,close,volume", Quotes = "time,instrument,bid,ask";

    private readonly OwnLeanFolder files = new();
    private readonly OwnFolder runs = new();

    public void Dispose()
    {
        files.Dispose();
        runs.Dispose();
    }

    [Theory]
    [InlineData("t.csv:3: time '2013-10-07T13:30:00.000000Z': unsorted", Bars, "2013-10-07T13:29:00Z,SPY.ARCX,10,10,10,10,1")]
    [InlineData("t.csv:3: time '2013-10-07T13:31:00.000000Z': duplicate", Bars, "2013-10-07T13:30:00Z,SPY.ARCX,10,10,10,10,1")]
    [InlineData("t.csv:3: close '0': must be above zero", Bars, "2013-10-07T13:31:00Z,SPY.ARCX,10,10,10,0,1")]
    [InlineData("t.csv:3: low '-1': must be above zero", Bars, "2013-10-07T13:31:00Z,SPY.ARCX,10,10,-1,10,1")]
    [InlineData("t.csv:3: row '2013-10-07T13:31:00Z,SPY.ARCX,10,10,10,10': must have 7 columns, not 6", Bars, "2013-10-07T13:31:00Z,SPY.ARCX,10,10,10,10")]
    public Task A_bad_row_of_a_table(string fault, string header, string bad) =>
        FailsOrIsLeftOutAsync(fault, 2, "--data", files.Text("t.csv", header, "2013-10-07T13:30:00Z,SPY.ARCX,10,10,10,10,1", bad, "2013-10-07T13:35:00Z,SPY.ARCX,11,11,11,11,1"));

    [Fact]
    public Task A_crossed_quote_of_a_table() => FailsOrIsLeftOutAsync("t.csv:3: bid '10.03': crossed: must not be above ask 10.02", 2, "--kind", "quote", "--data",
        files.Text("t.csv", Quotes, "2013-10-07T13:30:00Z,SPY.ARCX,10,10.01", "2013-10-07T13:31:00Z,SPY.ARCX,10.03,10.02", "2013-10-07T13:32:00Z,SPY.ARCX,10,10.01"));

    [Fact]
    public Task A_missing_day_of_a_table() => FailsOrIsLeftOutAsync("SPY.ARCX: day '2013-10-08': missing: ARCX was open and there must be data", 2, "--check-days", "--data",
        files.Text("t.csv", Bars, "2013-10-07T13:30:00Z,SPY.ARCX,10,10,10,10,1", "2013-10-09T13:30:00Z,SPY.ARCX,10,10,10,10,1"));

    [Theory]
    [InlineData("20131007_trade.zip:2: end '2013-10-07T13:31:00.000000Z': unsorted", "34200000,100000,100000,100000,100000,1")]
    [InlineData("20131007_trade.zip:2: end '2013-10-07T13:32:00.000000Z': duplicate", "34260000,100000,100000,100000,100000,1")]
    [InlineData("20131007_trade.zip:2: close '0': must be above zero", "34320000,100000,100000,100000,0,1")]
    [InlineData("20131007_trade.zip:2: open '-5': must be above zero", "34320000,-5,100000,100000,100000,1")]
    [InlineData("20131007_trade.zip:2: row '34320000,100000,100000': must have 6 columns, not 3", "34320000,100000,100000")]
    public Task A_bad_row_of_a_LEAN_folder(string fault, string bad)
    {
        files.Zip("equity/usa/minute/spy/20131007_trade.zip", "34260000,100000,100000,100000,100000,1", bad, "34380000,100000,100000,100000,100000,1");
        return FailsOrIsLeftOutAsync($"equity/usa/minute/spy/{fault}", 2, "--data", files.Path);
    }

    [Fact]
    public Task A_crossed_quote_of_a_LEAN_folder()
    {
        files.Zip("equity/usa/minute/spy/20131007_quote.zip", "34200000,1,1,1,100000,9,1,1,1,100100,9", "34260000,1,1,1,100200,9,1,1,1,100100,9");
        return FailsOrIsLeftOutAsync("equity/usa/minute/spy/20131007_quote.zip:2: bidClose '100200': crossed: must not be above askClose 100100", 1, "--data", files.Path);
    }

    [Fact]
    public Task A_missing_day_of_a_LEAN_folder()
    {
        foreach (var day in (string[])["20131007", "20131009"]) files.Zip($"equity/usa/minute/spy/{day}_trade.zip", "34200000,100000,100000,100000,100000,1");
        return FailsOrIsLeftOutAsync("SPY.ARCX: day '2013-10-08': missing: ARCX was open and there must be data", 2, "--check-days", "--data", files.Path);
    }

    [Fact]
    public async Task A_truncated_zip()
    {
        files.Zip("equity/usa/minute/spy/20131007_trade.zip", "34200000,100000,100000,100000,100000,1");
        var cut = files.Zip("equity/usa/minute/spy/20131008_trade.zip", [.. Enumerable.Range(0, 300).Select(i => $"{34_200_000 + (i * 60_000)},{100_000 + (i * i % 97)},200000,10000,100000,{i}")]);
        var bytes = await File.ReadAllBytesAsync(cut, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(cut, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        await FailsOrIsLeftOutAsync("equity/usa/minute/spy/20131008_trade.zip: file '20131008_trade.zip': zip archive cannot be read", 1, "--data", files.Path);
    }

    /// <param name="signals">That are left when the fault is left out.</param>
    private async Task FailsOrIsLeftOutAsync(string fault, int signals, params string[] source)
    {
        string[] run = ["backtest", "run", "--offline", "--strategy", "buy-and-hold:capital=1000", "--json", .. source];
        var failed = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. run, "--bad-data", "fail", "--out", runs["fail"]]);
        var said = failed.Error.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal);
        Assert.True(failed.Code == 2, $"{failed}");
        Assert.Contains(fault, said, StringComparison.Ordinal);
        Assert.Contains("Mend the data, or leave such rows out (--bad-data exclude).", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
        Assert.Empty(failed.Out);
        Assert.False(Directory.Exists(runs["fail"]), "bad data is found before a run is begun");

        var ended = await EstProcess.RunAsync(new Dictionary<string, string?>(), [.. run, "--bad-data", "exclude", "--out", runs["exclude"]]);
        Assert.True(ended.Code == 0, $"{ended}");
        Assert.Contains("1 left out of the data: 1 × ", ended.Error, StringComparison.Ordinal);
        using var result = JsonDocument.Parse(ended.Out);
        Assert.Equal(($"{signals}", "1"), (Text(result.RootElement, "signals"), Text(result.RootElement, "excluded")));
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(runs["exclude"], "exclusions.json"), TestContext.Current.CancellationToken));
        Assert.Equal("1", Text(json.RootElement, "count"));
        Assert.Equal("1", Assert.Single(json.RootElement.GetProperty("byRule").EnumerateObject()).Value.GetString());
        var row = Assert.Single(json.RootElement.GetProperty("listed").EnumerateArray());
        var line = Text(row, "line") == "0" ? "" : $":{Text(row, "line")}";
        Assert.StartsWith(fault, $"{Text(row, "file")}{line}: {Text(row, "field")} '{Text(row, "value")}': {Text(row, "rule")}", StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
