using EventSourcedTrading.Domain.MetaAgent;

namespace EventSourcedTrading.Reports.Tests;

public sealed class DecisionLogTests
{
    [Fact]
    public async Task A_decision_has_its_makers_its_outcome_and_what_was_realised()
    {
        var row = (await Morning.Write().ReportAsync("decisions", "main")).Table("decisions").Row(0);
        Assert.Equal("calm@1.0.0 40; trend@1.0.0 60", row["decision makers"]);
        Assert.Equal(("main-1", "canceled", "80"), (row["orders"], row["outcome"], row["filled"]));
        // (30 × 100.10 + 50 × 100.06) / 80
        Assert.Equal(("100.075", "0.8", "12.5", "USD"), (row["average price"], row["fees"], row["realised"], row["currency"]));
    }

    [Fact]
    public async Task A_vote_has_its_inputs_and_words_as_they_were()
    {
        var row = (await Morning.Write().ReportAsync("decisions", "main")).Table("votes").Row(0);
        Assert.Equal(("feed:1", "a=2; z=-1.5", Morning.Hostile), (row["signal"], row["features"], row["rationale"]));
    }

    [Fact]
    public async Task Each_algorithm_gets_its_share_of_the_outcome()
    {
        var report = await Morning.Write().ReportAsync("decisions", "main");
        Assert.Equal(["32", "48"], report.Table("outcomes").Column("filled"));
        Assert.Equal(["0.32", "0.48"], report.Table("outcomes").Column("fees"));
        Assert.Equal(["12.5", "0"], report.Table("outcomes").Column("realised"));
        Assert.Equal([("calm@1.0.0", "0"), ("trend@1.0.0", "1")],
            report.Table("algorithms").Rows.Select(r => (r[1]!, r[3]!)).Where(r => r.Item2 is not null));
    }

    [Fact]
    public async Task A_person_s_word_is_with_the_decision_whether_it_came_before_or_after()
    {
        var log = new HandMadeLog();
        log.Add("round-r", new DecisionOverridden("r", "main", DecisionAction.Buy, 5m, "ann", "before"));
        log.Add("round-r", new DecisionMade("r", "main", "SPY.ARCX", Morning.AsOf, DecisionAction.Buy, 5m, default, null, null, default, "majority+override", [], [], [], [new Allocation("person:ann", 5m)], false, "", "ann", null));
        log.Add("round-r", new DecisionOverridden("r", "main", DecisionAction.Hold, 0m, "bob", "after", OverrideKind.Cancel));
        Assert.Equal(["ann, replace: before; bob, cancel: after"], (await log.ReportAsync("decisions")).Table("decisions").Column("overridden by"));
    }

    [Fact]
    public async Task An_intent_whose_round_is_not_decided_waits_and_one_whose_is_does_not()
    {
        var log = Morning.Write();
        Assert.Empty((await log.ReportAsync("decisions")).Table("waiting").Rows);
        var late = ((IntentReceived)log.Events.Single(e => e.Event is IntentReceived).Event).Intent with { IntentId = "i-2" };
        var at = log.Add("round-later", new IntentReceived("later", late));
        Assert.Equal([$"{at}"], (await log.ReportAsync("decisions", "main")).Table("waiting").Column("position"));
        Assert.Empty((await log.ReportAsync("decisions", "main", to: HandMadeLog.At(at))).Table("waiting").Rows);
    }
}
