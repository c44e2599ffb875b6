using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Risk;

namespace EventSourcedTrading.Domain.Tests.Risk;

public sealed class RiskRulesPageTests
{
    [Fact]
    public void The_page_of_the_rules_says_what_the_code_says()
    {
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/risk-rules.md");
        if (Environment.GetEnvironmentVariable("EST_UPDATE_DOCS") == "1") File.WriteAllText(file, RiskRulesPage.Markdown());
        Assert.True(File.ReadAllText(file) == RiskRulesPage.Markdown(), "docs/risk-rules.md is stale; write it anew with EST_UPDATE_DOCS=1 FILTER=RiskRulesPage scripts/test Domain.Tests");
    }

    [Fact]
    public void Every_rule_explains_itself()
    {
        Assert.Equal(RiskRules.All.Count, RiskRules.All.Select(r => r.Code).Distinct().Count());
        Assert.All(RiskRules.All, r =>
        {
            Assert.Matches("^[A-Z_]+$", r.Code);
            Assert.All((string[])[r.Title, r.Protects, r.Reckons, r.Unit, r.Source, .. r.Parameters.Select(p => p.Meaning)], text => Assert.False(string.IsNullOrWhiteSpace(text)));
            Assert.Same(r, RiskRules.Find(r.Code));
        });
    }

    [Fact]
    public void The_example_sets_every_limit_and_is_sound()
    {
        var command = InputJson.ToInput(Some.Authorised(JsonDocument.Parse(
            """{"command":"setRiskLimits","limits":LIMITS}""".Replace("LIMITS", RiskRulesPage.Example)).RootElement));
        var limits = ((SetRiskLimits)command.Command).Limits;
        Assert.Null(limits.Validate());
        Assert.All(typeof(RiskLimits).GetProperties().Where(p => p.CanWrite), p => Assert.NotNull(p.GetValue(limits)));
        var named = JsonDocument.Parse(RiskRulesPage.Example).RootElement.EnumerateObject().Count();
        Assert.Equal(typeof(RiskLimits).GetProperties().Count(p => p.CanWrite), named);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
