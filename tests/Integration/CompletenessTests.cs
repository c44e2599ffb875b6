using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Integration;

/// <summary>All that happens is in the log and in the reports: counted by id against what was said over NATS and to the API.</summary>
public sealed class CompletenessTests(TalliedSession session) : IClassFixture<TalliedSession>
{
    private static readonly string[] Kinds =
    [
        "alterations", "answers", "approvals", "commands", "configuration", "decisions", "events of orders", "fills", "intents", "keys", "messages", "orders",
        "overrides", "switches", "turned away", "types", "violations",
    ];

    [Fact]
    public async Task What_was_said_is_in_the_log_and_in_the_reports_and_nothing_else_and_a_gap_is_found()
    {
        var said = session.Said();
        TestContext.Current.TestOutputHelper?.WriteLine(said.ToString());
        Assert.Equal(Kinds, said.Kinds.Except(["throttles"]));
        Assert.True(said.Of("decisions") > 200 && said.Of("fills") > 100 && said.Of("violations") > 20 && said.Of("commands") > 20, $"too little to show anything: {said}");
        Assert.Contains(session.Messages, m => m.Headers.GetValueOrDefault("Est-Type") == "order_partially_filled");
        Assert.Empty(Found(said, await session.InLogAsync(), "the log"));
        Assert.Empty(Found(said, await session.InReportsAsync(), "the reports"));

        foreach (var subject in (string[])["decisions.order_intent", "decisions.meta", "risk.violations", "orders", "fills", "control.changes", "control.outcome"])
        {
            var lost = session.Messages.Last(m => m.Subject.StartsWith($"{session.World.Options.Prefix}.{subject}.", StringComparison.Ordinal));
            Assert.NotEmpty(Found(session.Said(m => m != lost && !lost.Body.SequenceEqual(m.Body)), await session.InLogAsync(), "the log"));
        }

        await session.World.Database.UnlockAsync();
        foreach (var (type, kind) in (IEnumerable<(string, string)>)[("order_filled", "fills"), ("decision_made", "decisions"), ("intent_refused", "intents"), ("command_authorised", "commands")])
        {
            await session.World.Database.ForgeAsync($"delete from events.mt_events where seq_id = (select max(seq_id) from events.mt_events where type = '{type}')");
            Assert.Contains(Found(said, await session.InLogAsync(), "the log"), d => d.StartsWith($"{kind}: ", StringComparison.Ordinal));
        }

        var reported = Found(said, await session.InReportsAsync(), "the reports").ToList();
        foreach (var kind in (string[])["fills", "decisions", "intents", "commands", "types"]) Assert.Contains(reported, d => d.StartsWith($"{kind}: ", StringComparison.Ordinal));
    }

    /// <summary>Ids of messages are in no report.</summary>
    private static IEnumerable<string> Found(Counted said, Counted other, string where) =>
        said.Differences(other, "what was said", where).Where(d => other.Of("messages") > 0 || !d.StartsWith("messages: ", StringComparison.Ordinal));
}
