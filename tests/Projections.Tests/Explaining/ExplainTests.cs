using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Orders;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Workers.Explaining;
using Spectre.Console;

namespace EventSourcedTrading.Projections.Tests.Explaining;

public sealed class ExplainTests : IAsyncLifetime
{
    private World world = null!;
    private ExplainQuery query = null!;

    public async ValueTask InitializeAsync()
    {
        world = await World.CreateAsync();
        await world.AppendAsync(HandMade.Batches());
        query = new ExplainQuery(world.Database.Reader);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task An_order_is_told_from_the_market_to_the_money() =>
        Golden("order-main-1.txt", await query.ForOrderAsync("main-1", TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_blocked_order_shows_the_check_that_failed_and_the_signal_that_is_missing() =>
        Golden("decision-blocked.txt", await query.ForDecisionAsync(HandMade.Blocked, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_fill_leads_to_its_order_and_is_marked()
    {
        var explanation = await query.ForFillAsync("main-1-2", TestContext.Current.CancellationToken);
        Assert.Equal("main-1", explanation.Terms!.OrderId);
        Assert.Contains("> ", Text(explanation).Split('\n').Single(l => l.Contains("40 at 167.4", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", Text(explanation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_has_the_shape_that_is_promised()
    {
        var json = Json(await query.ForFillAsync("main-1-1", TestContext.Current.CancellationToken));
        Assert.Equal(
            ["asked", "decisionId", "orderId", "signals", "intents", "decision", "overrides", "risk", "violations", "riskEvents", "order", "fills", "outcome"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("approved", json.GetProperty("risk").GetProperty("verdict").GetString());
        Assert.Equal("167.31", json.GetProperty("signals")[0].GetProperty("signal").GetProperty("price").GetString());
        Assert.Equal([true, false], json.GetProperty("fills").EnumerateArray().Select(f => f.GetProperty("asked").GetBoolean()));
        Assert.Equal("167.37", json.GetProperty("outcome").GetProperty("averagePrice").GetString());
        Assert.Equal("filled", json.GetProperty("outcome").GetProperty("state").GetString());
        Assert.Equal("0.4333", json.GetProperty("decision").GetProperty("data").GetProperty("arithmetic").GetString()![^6..]);
        var log = json.GetProperty("fills")[0].GetProperty("log");
        Assert.Equal(("order_partially_filled", "report:main-1-1", "report"), (log.GetProperty("type").GetString(), log.GetProperty("causationId").GetString(), log.GetProperty("input").GetProperty("kind").GetString()));

        var blocked = Json(await query.ForOrderAsync("main-2", TestContext.Current.CancellationToken));
        Assert.Equal("blocked", blocked.GetProperty("risk").GetProperty("verdict").GetString());
        Assert.Equal("POSITION_CAP", blocked.GetProperty("violations")[0].GetProperty("data").GetProperty("rule").GetString());
        Assert.StartsWith("not in the last 4 batches", blocked.GetProperty("signals")[0].GetProperty("missing").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Persons_are_told_by_name_and_the_rest_stays_as_it_is()
    {
        const string Person = "person-abcdefghijkl";
        var bare = await query.ForOrderAsync("main-1", TestContext.Current.CancellationToken);
        var last = bare.Order[^1];
        var cancel = last with { Type = "order_cancel_requested", CausationId = $"command:{Person}:1", Event = new OrderCancelRequested("main-1", Person, $"{Person} said so", Timestamp.From(last.RecordedAt)) };
        var explanation = bare with { Order = [.. bare.Order, cancel] };
        Assert.Contains(Person, NamedExplanation.TextOf(explanation), StringComparison.Ordinal);
        var named = NamedExplanation.Of(explanation, new Dictionary<string, string> { [Person] = "alice" });
        Assert.Contains("cancel asked for by alice: alice said so", Text(named), StringComparison.Ordinal);
        Assert.DoesNotContain(Person, Json(named).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(Text(bare), Text(named with { Order = [.. named.Order.SkipLast(1)] }));
    }

    [Fact]
    public async Task An_unknown_id_is_told_what_was_looked_for_and_what_there_is()
    {
        var order = await Assert.ThrowsAsync<UnknownIdException>(() => query.ForOrderAsync("main-99"));
        Assert.Equal("There is no order 'main-99' in the log (stream order-main-99). The latest are: main-2, main-1.", order.Message);
        Assert.Equal(4, UnknownIdException.ExitCode);
        Assert.Equal([HandMade.Blocked, HandMade.Decision], (await Assert.ThrowsAsync<UnknownIdException>(() => query.ForDecisionAsync("x"))).Nearest);
        Assert.Equal(["main-1-2", "main-1-1"], (await Assert.ThrowsAsync<UnknownIdException>(() => query.ForFillAsync("main-1-3"))).Nearest);
        await Assert.ThrowsAsync<UnknownIdException>(() => query.ForOrderAsync(new string('x', 5_000)));
        await Assert.ThrowsAsync<UnknownIdException>(() => query.ForFillAsync("'; drop table x; --"));

        await using var empty = await World.CreateAsync();
        var none = await Assert.ThrowsAsync<UnknownIdException>(() => new ExplainQuery(empty.Database.Reader).ForOrderAsync("main-1"));
        Assert.EndsWith("The log has none at all yet.", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_order_of_a_long_session_can_be_explained_within_100_columns()
    {
        await using var other = await World.CreateAsync();
        await other.AppendAsync(new Session(7, "main", "eur").Batches(120));
        var explain = new ExplainQuery(other.Database.Reader);
        var log = await other.LogAsync();
        foreach (var orderId in log.Where(e => e.StreamId.StartsWith("order-", StringComparison.Ordinal)).Select(e => e.StreamId[6..]).Distinct())
        {
            var explanation = await explain.ForOrderAsync(orderId, TestContext.Current.CancellationToken);
            Assert.NotNull(explanation.Decision);
            Assert.All(explanation.Signals, s => Assert.NotNull(s.Signal));
            Assert.All(explanation.Steps, s => Assert.NotNull(s.Input));
            Assert.All(Text(explanation).Split('\n'), line => Assert.True(line.Length <= 100, line));
            Assert.Equal(log.Where(e => e.CorrelationId == explanation.DecisionId).Select(e => e.SeqId), explanation.Steps.Select(s => s.Seq));
        }
    }

    /// <summary>Compares with the file beside this one. To accept a new text, set EST_ACCEPT=1 and look at the diff.</summary>
    private static void Golden(string file, Explanation explanation)
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, file);
        var text = Text(explanation);
        if (Environment.GetEnvironmentVariable("EST_ACCEPT") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static string Text(Explanation explanation)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        ExplanationText.Write(console, explanation);
        return string.Join('\n', writer.ToString().Split('\n').Select(l => l.TrimEnd()));
    }

    private static JsonElement Json(Explanation explanation)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) ExplanationJson.Write(writer, explanation);
        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer.ToArray())).RootElement;
    }
}
