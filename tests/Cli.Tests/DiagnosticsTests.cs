using System.Text.Json;
using EventSourcedTrading.Projections.Following;
using EventSourcedTrading.Workers.Messaging;
using NATS.Client.JetStream.Models;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>A platform that has traded; for test classes that look at one.</summary>
public sealed class OpenShop : IAsyncLifetime
{
    public Shop Shop { get; private set; } = null!;

    /// <summary>What the agent was told: two orders, one that a limit has blocked, one intent that was refused.</summary>
    public IReadOnlyList<Told> Told { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Shop = await Shop.CreateAsync();
        await Shop.OpenAsync();
        Told = [await Shop.TradeAsync(), await Shop.TradeAsync(), await Shop.TradeAsync(), await Shop.TradeAsync(i => i["instrument"] = "XXX.ARCX")];
        Assert.Equal(["approved", "approved", "blocked", "refused"], Told.Select(t => t.Outcome));
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}

/// <summary>Diagnostics on a platform that runs and has traded.</summary>
public sealed class DiagnosticsTests(OpenShop open) : IClassFixture<OpenShop>
{
    private readonly Shop shop = open.Shop;

    [Theory]
    [InlineData(4, "explain", "order", "main-4711")]
    [InlineData(4, "streams", "show", "order-none")]
    [InlineData(2, "streams", "show", "order-main-1", "--limit", "0")]
    [InlineData(2, "streams", "diff", "order-main-1")]
    [InlineData(4, "streams", "diff", "order-main-1", "order-none")]
    [InlineData(4, "messages", "trace", "nobody-1")]
    [InlineData(4, "storage", "dead-letters", "1")]
    [InlineData(2, "storage", "dead-letters", "--kind", "intents")]
    [InlineData(2, "storage", "replay", "1")]
    [InlineData(2, "storage", "rebuild", "boook")]
    [InlineData(2, "storage", "counts", "everything")]
    [InlineData(2, "describe", "rotes")]
    [InlineData(2, "completion", "tcsh")]
    [InlineData(2, "config", "--config", "none.json")]
    [InlineData(2, "describe", "--config", "none.json")]
    [InlineData(2, "projections", "pause", "boook", "--reason", "x")]
    [InlineData(2, "projections", "pause", "book", "--reason", " ")]
    [InlineData(2, "resources", "clear", "nothing", "--yes-clear", "nothing")]
    [InlineData(2, "check-env", "--wait", "-1")]
    public async Task A_mistake_is_told_in_a_sentence(int code, params string[] command)
    {
        var ended = await shop.EstAsync(command);
        Assert.True(ended.Code == code, $"ended with {ended.Code}: {ended.Error}");
        Assert.NotEmpty(ended.Error);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_section_of_describe_tells_something()
    {
        var all = (await shop.EstAsync("describe", "--json")).Json();
        foreach (var section in Workers.Diagnostics.Description.Sections) Assert.True(all.GetProperty(section) is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject().Any() : all.GetProperty(section).GetArrayLength() > 0, section);
        var one = (await shop.EstAsync("describe", "routes", "--json")).Json();
        Assert.Equal(["routes"], one.EnumerateObject().Select(p => p.Name));
        Assert.Contains(all.GetProperty("policies").EnumerateArray(), p => p.GetProperty("policy").GetString() == "limits.positionCaps.SPY.ARCX" && p.GetProperty("value").GetString() == "25");
    }

    [Fact]
    public async Task Every_event_on_record_came_by_its_route_into_its_stream()
    {
        var routes = Workers.Diagnostics.RouteCatalog.Of(new Subjects(""));
        var reader = shop.World.Outside.Reader;
        await foreach (var tape in reader.ReadStreamAsync("tape-main"))
        {
            var position = tape.SeqId + 1;
            foreach (var input in ((Domain.Engine.InputsRecorded)Domain.Json.EventJson.Deserialize(tape.Type, tape.Data.Span)).Inputs)
            {
                var may = routes.Where(r => r.Kind == input.Kind).SelectMany(r => r.Events).ToHashSet();
                for (var i = 0; i < input.Events; i++) Assert.Contains((await reader.FindAsync(position++))!.Type, may);
            }
        }

        await foreach (var e in reader.ReadAllAsync(1))
            Assert.Contains(Workers.Diagnostics.EventStreamCatalog.All, s => s.Types.Contains(e.Type) && e.StreamId.StartsWith(s.Stream.Split('{')[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trace_without_NATS_says_what_it_could_not_find()
    {
        var ended = await shop.EstWithAsync("EST_NATS", "nats://127.0.0.1:1", "messages", "trace", "main-1", "--json");
        Assert.Equal(0, ended.Code);
        Assert.Contains(ended.Json().GetProperty("notes").EnumerateArray(), n => n.GetString()!.Contains("NATS", StringComparison.Ordinal));
        Assert.Contains(ended.Json().GetProperty("lines").EnumerateArray(), l => l.GetProperty("what").GetString() == "order_filled");
    }

    [Fact]
    public async Task Two_orders_differ_in_what_differs_and_one_of_itself_in_nothing()
    {
        var same = await shop.EstAsync("streams", "diff", "order-main-1", "order-main-1", "--json");
        Assert.Equal((0, "0"), (same.Code, same.Json().GetProperty("differing").GetString()));
        var other = await shop.EstAsync("streams", "diff", "order-main-1", "order-main-2", "--json");
        Assert.Equal(1, other.Code);
        var first = other.Json().GetProperty("first")[0];
        var id = first.GetProperty("members").EnumerateArray().Single(m => m.GetProperty("path").GetString() == "terms.orderId");
        Assert.Equal(("main-1", "main-2"), (id.GetProperty("left").GetString(), id.GetProperty("right").GetString()));
        var versions = await shop.EstAsync("streams", "diff", "order-main-1", "--from", "1", "--json");
        Assert.Equal(1, versions.Code);
        var state = versions.Json().GetProperty("members").EnumerateArray().Single(m => m.GetProperty("path").GetString() == "(state)");
        Assert.Equal(("approved", "filled"), (state.GetProperty("left").GetString(), state.GetProperty("right").GetString()));
    }

    [Fact]
    public async Task A_stream_is_shown_page_by_page()
    {
        var page = (await shop.EstAsync("streams", "show", "order-main-1", "--limit", "2", "--json")).Json();
        Assert.Equal(("1", "3"), (page.GetProperty("items")[0].GetProperty("version").GetString(), page.GetProperty("next").GetString()));
        var rest = (await shop.EstAsync("streams", "show", "order-main-1", "--from", "3", "--json")).Json();
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal(int.Parse(page.GetProperty("version").GetString()!), 2 + rest.GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await shop.EstAsync("streams", "show", "order-main-1", "--from", "-1", "--json")).Json().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Following_sees_what_comes()
    {
        var head = await shop.World.AskAsync<long>("select size from audit.log_head");
        var followed = await shop.EstAsync("streams", "follow", "--last", "3", "--max", "3", "--json");
        Assert.Equal(0, followed.Code);
        Assert.Equal([head - 2, head - 1, head], followed.Out.TrimEnd().Split('\n').Select(l => long.Parse(JsonElement.Parse(l).GetProperty("position").GetString()!)));
    }

    [Fact]
    public async Task Counts_are_those_of_the_log()
    {
        var counts = (await shop.EstAsync("storage", "counts", "--json")).Json();
        foreach (var type in counts.GetProperty("types").EnumerateArray())
            Assert.Equal(await shop.World.CountAsync(type.GetProperty("type").GetString()!), long.Parse(type.GetProperty("events").GetString()!));
        var sum = counts.GetProperty("categories").EnumerateArray().Sum(c => long.Parse(c.GetProperty("events").GetString()!));
        Assert.Equal(await shop.World.AskAsync<long>("select count(*) from events.mt_events"), sum);
        Assert.Contains(counts.GetProperty("readModels").EnumerateArray(), r => r.GetProperty("table").GetString() == "read.fill_rows" && r.GetProperty("rows").GetString() != "0");
    }

    [Fact]
    public async Task What_is_refused_is_found_and_sent_again_it_is_answered_once()
    {
        var page = (await shop.EstAsync("storage", "dead-letters", "--kind", "intent", "--json")).Json();
        var letter = page.GetProperty("items").EnumerateArray().Single(l => l.GetProperty("id").GetString() == "ada@1.0.0-4");
        Assert.Equal("UNKNOWN_INSTRUMENT", letter.GetProperty("code").GetString());
        var at = letter.GetProperty("position").GetString()!;
        Assert.True((await shop.EstAsync("storage", "dead-letters", at, "--json")).Json().GetProperty("whole").GetBoolean());

        var refusals = await shop.World.CountAsync("intent_refused");
        var same = (await shop.EstAsync("storage", "replay", at, "--same-id", "--send", "--json")).Json();
        Assert.Equal(("refused", "UNKNOWN_INSTRUMENT"), (same.GetProperty("answer").GetProperty("outcome").GetString(), same.GetProperty("answer").GetProperty("code").GetString()));
        Assert.Equal(refusals, await shop.World.CountAsync("intent_refused"));

        var shown = await shop.EstAsync("storage", "replay", at, "--set", "instrument=SPY.ARCX", "--reason", "a typing error", "--json");
        Assert.False(shown.Json().GetProperty("sent").GetBoolean());
        string[] mended = ["storage", "replay", at, "--set", "instrument=SPY.ARCX", "--set", "side=sell", "--reason", "a typing error", "--send", "--json"];
        var before = await shop.World.CountAsync("order_approved");
        // A round that is still open, which closes once the agent has passed it.
        var minute = await shop.QuoteAsync();
        mended = [.. mended, "--set", $"asOf={Market.Time(minute)}"];
        var sending = Task.FromResult(shown);
        await shop.TakenAsync(() =>
        {
            sending = shop.EstAsync(mended);
            return Task.CompletedTask;
        });
        await shop.Ada.PassAsync(minute);
        var first = (await sending).Json().GetProperty("answer");
        Assert.Equal("approved", first.GetProperty("outcome").GetString());
        var again = (await shop.EstAsync(mended)).Json().GetProperty("answer");
        Assert.Equal(first.GetProperty("orderId").GetString(), again.GetProperty("orderId").GetString());
        Assert.Equal(before + 1, await shop.World.CountAsync("order_approved"));
        var explained = await shop.EstAsync("explain", "order", first.GetProperty("orderId").GetString()!);
        Assert.Contains("a typing error", explained.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_outlives_the_host_and_a_resumed_read_model_catches_up()
    {
        Assert.True((await shop.EstAsync("projections", "pause", "book", "--reason", "a look at it", "--json")).Json().GetProperty("changed").GetBoolean());
        var before = await StatusAsync("book");
        await shop.PassAsync();
        await shop.Running.DisposeAsync();
        await shop.OpenAsync();
        await shop.PassAsync();
        var paused = await StatusAsync("book");
        Assert.Equal(("paused", before.GetProperty("position").ToString()), (paused.GetProperty("state").GetString(), paused.GetProperty("position").ToString()));
        Assert.Equal("a look at it", paused.GetProperty("pauseReason").GetString());
        Assert.Equal("current", (await StatusAsync("orders")).GetProperty("state").GetString());
        Assert.Contains("a look at it", (await shop.EstAsync("projections", "status")).Out, StringComparison.Ordinal);

        Assert.False((await shop.EstAsync("projections", "pause", "book", "--reason", "another", "--json")).Json().GetProperty("changed").GetBoolean());
        Assert.True((await shop.EstAsync("projections", "resume", "book", "--json")).Json().GetProperty("changed").GetBoolean());
        await Eventually.TrueAsync(async () => (await StatusAsync("book")).GetProperty("state").GetString() == "current", "the book follows again");
    }

    [Fact]
    public async Task Read_models_are_cleared_and_made_again_by_the_host_and_the_log_is_never()
    {
        var size = await shop.World.AskAsync<long>("select size from audit.log_head");
        foreach (var name in (string[])["log", "schema", "events", "audit"])
        {
            var refused = await shop.EstAsync("resources", "clear", name, "--yes-clear", name, "--lose-unread", "1000000");
            Assert.Equal(2, refused.Code);
            Assert.Contains("not cleared by any command", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await shop.EstAsync("resources", "clear", "orders")).Code);
        Assert.Equal(2, (await shop.EstAsync("resources", "clear", "orders", "--yes-clear", "book")).Code);
        var rows = await shop.World.AskAsync<long>("select count(*) from read.orders");
        Assert.True(rows > 0);
        Assert.Equal(0, (await shop.EstAsync("resources", "clear", "orders", "--yes-clear", "orders")).Code);
        await shop.PassAsync();
        await Eventually.TrueAsync(async () => await shop.World.AskAsync<long>("select count(*) from read.orders") == rows, "the read model is folded again");
        Assert.True(await shop.World.AskAsync<long>("select size from audit.log_head") >= size);
    }

    [Fact]
    public async Task Messages_that_nobody_has_taken_are_lost_only_when_that_is_said_exactly()
    {
        var inbox = shop.Stream("INBOX_main");
        await shop.PassAsync();
        await shop.Running.DisposeAsync();
        try
        {
            for (var n = 0; n < 3; n++) await shop.Ada.PassAsync(shop.Market.Minutes);
            await shop.Ada.Nats.PingAsync();
            var refused = await shop.EstAsync("resources", "clear", inbox, "--yes-clear", inbox);
            Assert.Equal(2, refused.Code);
            Assert.Contains("--lose-unread 3", refused.Error, StringComparison.Ordinal);
            Assert.Equal(2, (await shop.EstAsync("resources", "clear", inbox, "--yes-clear", inbox, "--lose-unread", "2")).Code);
            Assert.Equal(0, (await shop.EstAsync("resources", "clear", inbox, "--yes-clear", inbox, "--lose-unread", "3")).Code);
            Assert.Equal(0L, (await shop.World.Outside.JetStream.GetStreamAsync(inbox)).Info.State.Messages);
        }
        finally
        {
            await shop.OpenAsync();
        }

        // The engine is none the worse for it: more than the cap is blocked, whatever other tests have traded.
        Assert.Equal("blocked", (await shop.TradeAsync(i => i["quantity"] = "60")).Outcome);
    }

    [Fact]
    public async Task A_stream_that_is_other_or_missing_is_found_and_set_up_again()
    {
        var js = shop.World.Outside.JetStream;
        var events = StreamSetup.Events(shop.World.Outside.Subjects);
        await js.CreateOrUpdateStreamAsync(events with { MaxBytes = 1 << 20 });
        var check = await shop.EstAsync("resources", "check", "--json");
        Assert.Equal(1, check.Code);
        var differs = check.Json().EnumerateArray().Single(r => r.GetProperty("name").GetString() == events.Name);
        Assert.Equal("differs", differs.GetProperty("state").GetString());
        Assert.Equal(0, (await shop.EstAsync("resources", "setup")).Code);
        Assert.Equal(0, (await shop.EstAsync("resources", "check")).Code);
        Assert.Equal("Everything is there.", (await shop.EstAsync("resources", "setup")).Out.Trim());
    }

    private async Task<JsonElement> StatusAsync(string name) =>
        (await shop.EstAsync("projections", "status", "--json")).Json().EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);
}
