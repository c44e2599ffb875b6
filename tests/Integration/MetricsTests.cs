using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Workers.Hosting;

namespace EventSourcedTrading.Integration;

public sealed class MetricsTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task What_the_meta_agent_did_is_told_to_prometheus()
    {
        var before = Read();
        Assert.Equal("approved", (await desk.Ada.TradeAsync(desk.Market)).Outcome);
        Assert.Equal("hold", (await desk.Ada.TradeAsync(desk.Market, i => i["quantity"] = "0")).Outcome);
        await Eventually.TrueAsync(() => Read()["meta_latency_seconds_count"] >= 2, "two decisions are counted");

        var after = Read();
        Assert.Equal(("counter", "histogram", "counter"), (after.TypeOf("meta_coordinations_total"), after.TypeOf("meta_latency_seconds"), after.TypeOf("meta_overrides_total")));
        Assert.Equal((1, 1), (after["meta_coordinations_total{policy=\"confidence-weighted\",outcome=\"buy\"}"], after["meta_coordinations_total{policy=\"confidence-weighted\",outcome=\"hold\"}"]));
        // Each decision waited for a message from Ada, and for a commit: more than nothing, less than her patience.
        Assert.InRange(after["meta_latency_seconds_sum"], 0.000_01, 60);
        Assert.Equal(0, before["meta_latency_seconds_count"]);
        foreach (var kind in (string[])["replace", "reorder", "cancel"]) Assert.Equal(0, after[$"meta_overrides_total{{kind=\"{kind}\"}}"]);
    }

    private Exposition Read() => Exposition.Read(HealthServer.Metrics(desk.Engine.Platform, []));

    [Fact]
    public void Overrides_are_counted_by_kind_and_vetoes_with_their_policy()
    {
        var metrics = new MetaMetrics();
        var made = new DecisionMade(
            "d", "p", "SPY.ARCX", default, DecisionAction.Hold, 0m, default, null, null, default, "netting+veto", [], [], [], [], false, "", "", null);
        metrics.Committed([(made, 0), (new DecisionOverridden("d", "p", DecisionAction.Buy, 1m, "x", "y", OverrideKind.Reorder), 0)]);
        var text = new PrometheusText();
        metrics.Write(text);
        var told = Exposition.Read(text.ToString());
        Assert.Equal((1, 1, 0), (told["meta_coordinations_total{policy=\"netting\",outcome=\"hold\"}"], told["meta_overrides_total{kind=\"reorder\"}"], told["meta_overrides_total{kind=\"cancel\"}"]));
    }

    [Fact]
    public void Whatever_a_label_holds_the_text_stays_readable()
    {
        var text = new PrometheusText();
        text.Family("a", "gauge", "with \\ and \n in it");
        text.Sample("a", 1.5, ("x", "quote \" backslash \\ line \n and é"), ("y", ""));
        Assert.Equal(1.5, Exposition.Read(text.ToString())["a{x=\"quote \\\" backslash \\\\ line \\n and é\",y=\"\"}"]);
    }

    [Fact]
    public void A_time_on_a_bound_belongs_to_its_bucket()
    {
        var histogram = new Histogram(0.1, 1);
        foreach (var ms in (int[])[50, 100, 101, 1_000, 1_001]) histogram.Observe(TimeSpan.FromMilliseconds(ms));
        var text = new PrometheusText();
        histogram.Write(text, "h", "a test");
        var told = Exposition.Read(text.ToString());
        Assert.Equal((2, 4, 5, 5), (told["h_bucket{le=\"0.1\"}"], told["h_bucket{le=\"1\"}"], told["h_bucket{le=\"+Inf\"}"], told["h_count"]));
        Assert.Equal(2.252, told["h_sum"], 9);
    }

    [Theory]
    [InlineData("a 1\n")]
    [InlineData("# HELP a x\n# TYPE a counter\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{x=\"1\",} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{x=\"1} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1")]
    public void The_reader_of_these_tests_refuses_what_is_wrong(string text) => Assert.ThrowsAny<Exception>(() => Exposition.Read(text));
}
