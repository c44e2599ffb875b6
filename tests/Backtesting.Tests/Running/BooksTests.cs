using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Parquet;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Demo;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>What a run leaves behind agrees with itself.</summary>
public sealed class BooksTests
{
    [Fact]
    public async Task Tables_statistics_and_report_tell_of_one_run()
    {
        using var folder = new OwnFolder();
        var data = Runs.Simulated(2);
        var configuration = Runs.Configuration(data) with { Benchmark = "SPY.ARCX" };
        var result = await Runs.RunAsync(folder["a"], data, configuration);
        var run = result.Statistics.Run;
        List<string[]> equity = [.. CsvRows.Read(folder["a"], RunTables.Equity)], positions = [.. CsvRows.Read(folder["a"], RunTables.Positions)];

        // A row for each minute, and the money of the last one: what is held, and what is left.
        Assert.Equal(2 * 390, equity.Count);
        Assert.Equal(run.LastEquity, Number(equity[^1][1]));
        Assert.Equal(1_000_000m, run.FirstEquity);
        var held = positions.Where(p => p[0] == equity[^1][0]).ToList();
        Assert.NotEmpty(held);
        Assert.Equal(Number(equity[^1][3]), held.Sum(p => Math.Abs(Number(p[4]))));
        Assert.Equal(Number(equity[^1][4]), held.Sum(p => Number(p[4])));

        // Profit is that of the trips and of what is open; what is open has paid fees of its own.
        var orders = CsvRows.Read(folder["a"], RunTables.Orders).ToList();
        var fees = orders.Sum(o => Number(o[15]));
        var gross = CsvRows.Read(folder["a"], RunTables.Trades).Sum(t => Number(t[10]));
        Assert.True(run.Trades.Count > 50);
        Assert.True(fees >= run.Trades.Fees);
        Assert.Equal(run.NetProfit!.Value, gross + OpenProfit(folder["a"], held) - fees, 6);
        // The agents share the fills between them.
        Assert.Equal(3, result.Statistics.Agents.Count);
        Assert.Empty(result.Statistics.Policies);
        Assert.NotNull(run.Benchmark);

        foreach (var schema in RunTables.All)
        {
            await using var file = File.OpenRead(Path.Combine(folder["a"], schema.ParquetFile));
            Assert.Equal(CsvRows.Read(folder["a"], schema).LongCount(), (await ParquetReader.OpenAsync(file)).Rows);
        }

        var html = await File.ReadAllTextAsync(Path.Combine(folder["a"], "report.html"));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        var page = XDocument.Parse(Regex.Replace(html.Replace("<!doctype html>", "", StringComparison.Ordinal), "<meta[^>]*>", "").Replace("&#8211;", "-", StringComparison.Ordinal));
        Assert.True(page.Descendants("svg").Count() > 3);
    }

    [Fact]
    public async Task While_they_warm_up_strategies_watch_and_do_not_trade()
    {
        using var folder = new OwnFolder();
        var data = Runs.Simulated(3);
        var begin = Timestamp.Parse("2024-01-03T13:30:00Z");
        var cold = BacktestConfiguration.Of(DemoPortfolio.For(data), Runs.Strategies, from: begin);
        var warm = BacktestConfiguration.Of(DemoPortfolio.For(data), Runs.Strategies, from: begin - TimeSpan.FromDays(1), tradeFrom: begin, until: begin + TimeSpan.FromHours(12));
        var (left, right) = (await Runs.RunAsync(folder["cold"], data, cold), await Runs.RunAsync(folder["warm"], data, warm));
        var (first, firstWarm) = (CsvRows.Read(folder["cold"], RunTables.Decisions).First()[1], CsvRows.Read(folder["warm"], RunTables.Decisions).First()[1]);
        Assert.True(string.CompareOrdinal(firstWarm, first) < 0, $"warm it decided at {firstWarm}, cold at {first}");
        Assert.All(CsvRows.Read(folder["warm"], RunTables.Decisions), d => Assert.True(Timestamp.Parse(d[1]) >= begin));
        Assert.All((IEnumerable<string>)["cold", "warm"], f => Assert.True(Timestamp.Parse(CsvRows.Read(folder[f], RunTables.Equity).First()[0]) > begin));
        Assert.Equal(390, CsvRows.Read(folder["warm"], RunTables.Equity).Count());
        Assert.NotEqual(left.DecisionDigest, right.DecisionDigest);
    }

    [Fact]
    public void A_cell_with_commas_quotes_and_lines_is_read_as_it_was_but_for_the_lines()
    {
        using var folder = new OwnFolder();
        var schema = new TableSchema("t", new TableColumn("a", CellKind.Text), new TableColumn("b", CellKind.Text, true), new TableColumn("c", CellKind.Decimal));
        using (var table = new CsvTable(folder.Path, schema, 0))
        {
            table.Cell("say \"no\", twice\nor more").Cell((string?)null).Cell(1.10m).End();
            table.Cell("").Cell("ü,").Cell(-0.123456789012m).End();
            Assert.Throws<InvalidOperationException>(() => table.Cell("one").End());
            table.Flush();
        }

        var rows = CsvRows.Read(folder.Path, schema).Take(2).ToList();
        Assert.Equal(["say \"no\", twice or more", "", "1.1"], rows[0]);
        Assert.Equal(["", "ü,", "-0.123456789"], rows[1]);
    }

    /// <summary>Of what the events say is held at the end, before fees.</summary>
    private static decimal OpenProfit(string folder, List<string[]> held)
    {
        var matching = new EventSourcedTrading.Backtesting.Statistics.TradeMatching();
        List<EventSourcedTrading.Backtesting.Statistics.RoundTrip> closed = [];
        foreach (var line in File.ReadLines(Path.Combine(folder, EventsFile.Name)).Where(l => l.Contains("filled\"", StringComparison.Ordinal)))
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            var e = json.RootElement.GetProperty("data").GetProperty("execution");
            var sign = e.GetProperty("side").GetString() == "buy" ? 1m : -1m;
            matching.Add(new(Timestamp.Parse(e.GetProperty("asOf").GetString()!), e.GetProperty("instrument").GetString()!, sign * Number(e.GetProperty("quantity").GetString()!), Number(e.GetProperty("price").GetString()!)), closed);
        }

        return held.Sum(h => matching.OpenProfit(h[1], Number(h[3])));
    }

    private static decimal Number(string cell) => decimal.Parse(cell, CultureInfo.InvariantCulture);
}
