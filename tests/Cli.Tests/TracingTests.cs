using EventSourcedTrading.Integration;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>What NATS still holds of a platform that has traded; nobody empties its streams here.</summary>
public sealed class TracingTests(OpenShop open) : IClassFixture<OpenShop>
{
    private readonly Shop shop = open.Shop;

    [Fact]
    public async Task Subjects_are_counted()
    {
        var subjects = (await shop.EstAsync("subjects", "--json")).Json().EnumerateArray().ToDictionary(s => s.GetProperty("subject").GetString()![(shop.World.Options.Prefix.Length + 1)..]);
        Assert.Equal(shop.Market.Minutes.ToString(), subjects["signals.normalized.{instrument}"].GetProperty("messages").GetString());
        Assert.Equal($"{await shop.World.CountAsync("decision_made")}", subjects["decisions.meta.{portfolio}"].GetProperty("messages").GetString());
        Assert.False(subjects["engine.progress.{portfolio}"].TryGetProperty("messages", out _));
        // No server, no counts; but the list is there.
        var alone = await shop.EstWithAsync("EST_NATS", "nats://127.0.0.1:1", "subjects");
        Assert.Equal((0, true), (alone.Code, alone.Out.Contains("fills.{portfolio}", StringComparison.Ordinal)));
        Assert.Contains("Not counted", alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_intent_is_traced_from_NATS_to_its_fills_and_back()
    {
        var trace = (await shop.EstAsync("messages", "trace", "ada@1.0.0-1", "--json")).Json();
        Assert.Equal("intent", trace.GetProperty("kind").GetString());
        var lines = trace.GetProperty("lines").EnumerateArray().ToList();
        string[] Of(string step) => [.. lines.Where(l => l.GetProperty("step").GetString() == step).Select(l => l.GetProperty("what").GetString()!)];
        // The intent, and the progress that closed its round.
        Assert.Equal([$"{shop.World.Options.Prefix}.decisions.order_intent.main.ada@1_0_0", $"{shop.World.Options.Prefix}.agents.progress.main.ada@1_0_0"], Of("stored"));
        Assert.Equal(2, Of("taken").Length);
        Assert.Superset(new HashSet<string> { "intent_received", "decision_made", "order_approved", "order_filled" }, Of("event").ToHashSet());
        Assert.Contains("approved: order main-1", Assert.Single(Of("answer")), StringComparison.Ordinal);
        Assert.Contains($"{shop.World.Options.Prefix}.fills.main", Of("published"));
        Assert.Equal(["stored", "taken", "event"], lines.Take(3).Select(l => l.GetProperty("step").GetString()));
        Assert.True(lines[^1].GetProperty("afterMs").GetDouble() > 0, "it is published after it is stored, by one server's clock");
        // The order, its decision, one of its events and the signal lead to the same.
        var decision = open.Told[0].DecisionId!;
        var approved = lines.First(l => l.GetProperty("what").GetString() == "order_approved").GetProperty("position").GetString()!;
        foreach (var (id, kind) in (IEnumerable<(string, string)>)[("main-1", "order"), (decision, "decision"), (approved, "event"), ("hand-made:1", "signal")])
        {
            var other = (await shop.EstAsync("messages", "trace", id, "--json")).Json();
            Assert.Equal(kind, other.GetProperty("kind").GetString());
            if (kind != "signal") Assert.Contains(other.GetProperty("lines").EnumerateArray(), l => l.GetProperty("step").GetString() == "stored" && l.GetProperty("what").GetString()!.Contains("order_intent", StringComparison.Ordinal));
        }
    }
}
