using EventSourcedTrading.BrokerFakes.Faults;

namespace EventSourcedTrading.BrokerFakes.Tests.Faults;

public sealed class FaultPlanTests
{
    [Fact]
    public void The_nth_passing_of_a_point_is_struck_and_no_other()
    {
        var plan = new FaultPlan(1).Add("dropResponse submit 3; dropResponse * 5");
        Assert.Equal([false, false, true, false, true], Enumerable.Range(0, 5).Select(_ => plan.Strikes(FaultKind.DropResponse, "submit")));
        Assert.False(plan.Strikes(FaultKind.ServerError, "submit"));
        Assert.Equal(["dropResponse submit 3", "dropResponse submit 5"], plan.Struck);
    }

    [Fact]
    public void A_draw_follows_from_the_seed_whatever_happens_in_between()
    {
        var (one, two, other) = (new FaultPlan(7), new FaultPlan(7), new FaultPlan(8));
        foreach (var plan in new[] { one, two, other }) plan.Add("dropResponse submit 20%, duplicateReport fill 50%");
        var first = Drawn(one, () => { });
        var second = Drawn(two, () => two.Strikes(FaultKind.DuplicateReport, "fill"));
        Assert.Equal(first, second);
        Assert.NotEqual(first, Drawn(other, () => { }));
        // 1,000 draws of 20 % stay within 5 standard deviations, 12.6 each.
        Assert.InRange(first.Count(struck => struck), 137, 263);
    }

    [Fact]
    public void Another_script_has_its_own_rules_counts_and_seed()
    {
        var plan = new FaultPlan(8).Add("dropResponse submit 2, serverError submit 1");
        Assert.False(plan.Strikes(FaultKind.DropResponse, "submit"));
        plan.Begin(7, "dropResponse submit 2");
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(_ => plan.Strikes(FaultKind.DropResponse, "submit")));
        Assert.False(plan.Strikes(FaultKind.ServerError, "submit"));
        plan.Begin(7, "dropResponse submit 20%");
        Assert.Equal(Drawn(new FaultPlan(7).Add("dropResponse submit 20%"), () => { }), Drawn(plan, () => { }));
    }

    [Theory]
    [InlineData("dropResponse submit", "has the form KIND POINT WHEN")]
    [InlineData("forget submit 1", "begins with one of dropResponse")]
    [InlineData("DropResponse submit 1", "begins with one of dropResponse")]
    [InlineData("dropResponse fill 1", "strikes at * or one of submit")]
    [InlineData("duplicateReport submit 1", "strikes at * or one of pendingNew")]
    [InlineData("dropResponse submit 0", "says when")]
    [InlineData("dropResponse submit 101%", "says when")]
    [InlineData("dropResponse submit 1 5", "for clockSkew alone")]
    [InlineData("clockSkew clock 1 90000", "seconds from -86400 to 86400")]
    public void What_cannot_be_read_is_refused_with_the_rule(string text, string rule)
    {
        var message = Assert.Throws<FormatException>(() => new FaultPlan(1).Add(text)).Message;
        Assert.Contains(rule, message, StringComparison.Ordinal);
        Assert.Contains($"'{text}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_are_written_as_they_are_read_and_have_a_bound()
    {
        var plan = new FaultPlan(1).Add("dropResponse submit 1, duplicateReport fill 2.5%, clockSkew clock 2 -30");
        Assert.Equal("dropResponse submit 1|duplicateReport fill 2.5%|clockSkew clock 2 -30", string.Join('|', plan.Rules));
        Assert.Contains("more than 1000", Assert.Throws<FormatException>(() => plan.Add(string.Join(',', Enumerable.Repeat("dropResponse submit 1", 998)))).Message, StringComparison.Ordinal);
        plan.Clear();
        Assert.Empty(plan.Rules);
    }

    private static List<bool> Drawn(FaultPlan plan, Action between)
    {
        var drawn = new List<bool>();
        while (drawn.Count < 1_000)
        {
            drawn.Add(plan.Strikes(FaultKind.DropResponse, "submit"));
            between();
        }

        return drawn;
    }
}
