using System.Text.Json;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Integration;

/// <summary>The command line as people meet it, in a process of its own.</summary>
public sealed class CliTests
{
    private static readonly Dictionary<string, string?> AsIs = [];

    [Fact]
    public async Task An_unknown_command_is_wrong_usage()
    {
        var ended = await EstProcess.RunAsync(AsIs, "dance");
        Assert.Equal(2, ended.Code);
        Assert.Contains("dance", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_EST_POSTGRES_it_says_what_to_set()
    {
        var ended = await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = null }, "migrate");
        Plain(ended, 2);
        Assert.Contains("EST_POSTGRES", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("explain", "order", "main-1")]
    public async Task When_PostgreSQL_is_away_it_says_so(params string[] command)
    {
        var ended = await EstProcess.RunAsync(new Dictionary<string, string?> { ["EST_POSTGRES"] = "Host=127.0.0.1;Port=1;Username=postgres;Database=postgres;Timeout=3" }, command);
        Plain(ended, 3);
        Assert.Contains("PostgreSQL", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_twice_changes_nothing_the_second_time()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = database.ConnectionString };
        var first = await EstProcess.RunAsync(environment, "migrate", "--json");
        Assert.Equal(0, first.Code);
        Assert.NotEmpty(JsonSerializer.Deserialize<string[]>(first.Out)!);
        var second = await EstProcess.RunAsync(environment, "migrate", "--json");
        Assert.Equal(0, second.Code);
        Assert.Empty(JsonSerializer.Deserialize<string[]>(second.Out)!);
    }

    [Fact]
    public async Task An_order_is_explained_and_one_that_is_not_there_is_not_found()
    {
        var market = new Market();
        await using var world = await World.CreateAsync(market.Portfolio("ada@1.0.0"));
        var running = await world.StartAsync("engine");
        await running.UntilAsync("engine main", "running");
        await using var ada = new OutsideAgent(world, "ada@1.0.0");
        var order = (await ada.TradeAsync(market)).OrderId!;
        var environment = new Dictionary<string, string?> { ["EST_POSTGRES"] = world.Options.Postgres };

        var found = await EstProcess.RunAsync(environment, "explain", "order", order, "--json");
        Assert.Equal(0, found.Code);
        using var json = JsonDocument.Parse(found.Out);
        Assert.Equal(order, json.RootElement.GetProperty("orderId").GetString());
        var text = await EstProcess.RunAsync(environment, "explain", "order", order);
        Assert.Equal(0, text.Code);
        Assert.Contains("a test wants it", text.Out, StringComparison.Ordinal);
        Plain(await EstProcess.RunAsync(environment, "explain", "order", "main-4711"), 4);
    }

    private static void Plain(Ended ended, int code)
    {
        Assert.True(ended.Code == code, $"ended with {ended.Code}, not {code}: {ended.Error}");
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.NotEmpty(ended.Error);
    }
}
