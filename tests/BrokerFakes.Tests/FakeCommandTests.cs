using System.Diagnostics;
using System.Text.Json.Nodes;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.BrokerFakes.Tests;

public sealed class FakeCommandTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "EventSourcedTrading.BrokerFakes.dll");

    [Theory]
    [InlineData("alpaca", "v2/clock", 401)]
    [InlineData("ibkr", "iserver/accounts", 401)]
    public async Task A_fake_runs_until_it_is_ended_and_tells_its_address(string broker, string path, int status)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, broker, "--port", "0", "--prices", "IBM=123.45", "--json"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var told = JsonNode.Parse((await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)))!)!;
            Assert.StartsWith("http://127.0.0.1:", $"{told["api"]}", StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = new Uri($"{told["api"]}") };
            Assert.Equal(status, (await http.CallAsync("GET", path)).Code);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("alpaka", "alpaka")]
    [InlineData("alpaca --prices SPY", "--prices: 'SPY' must be SYMBOL=PRICE")]
    [InlineData("alpaca --prices NOPE=1", "'NOPE' is not one of AAPL")]
    [InlineData("alpaca --port 70000", "--port is 70000, and must be from 0 to 65535")]
    [InlineData("ibkr --inexact 2", "--inexact is 2")]
    [InlineData("ibkr --faults none", "faults: 'none' cannot be read")]
    [InlineData("ibkr --nothing", "--nothing")]
    public async Task Wrong_usage_ends_with_2_and_says_why(string words, string reason)
    {
        using var folder = new Folder();
        var ended = await Tool.RunAsync(folder.Path, "dotnet", [Program, .. words.Split(' ')]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var first = await FakeBroker.AlpacaAsync();
        using var folder = new Folder();
        var ended = await Tool.RunAsync(folder.Path, "dotnet", Program, "alpaca", "--port", $"{first.Address.Port}");
        Assert.Equal(1, ended.Code);
        Assert.Contains("--port 0 takes a free one", ended.Error, StringComparison.Ordinal);
    }
}
