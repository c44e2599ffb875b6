using System.Text.RegularExpressions;

namespace EventSourcedTrading.Backtesting.Tests.Running;

/// <summary>report.html is one page that needs nothing else, and can be read by day, by night and on paper.</summary>
public sealed partial class ReportPageTests
{
    [Fact]
    public async Task It_refers_to_nothing_outside_and_has_all_colours_for_light_dark_and_print()
    {
        using var folder = new OwnFolder();
        var data = Runs.Simulated(1);
        await Runs.RunAsync(folder["a"], data);
        var html = await File.ReadAllTextAsync(Path.Combine(folder["a"], "report.html"), TestContext.Current.CancellationToken);

        // No place that a browser could fetch something from, and if there were one, the page itself would forbid it.
        Assert.Empty(Reference().Matches(html).Select(m => m.Value));
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"", html, StringComparison.Ordinal);

        var light = Colours(html, ":root");
        Assert.NotEmpty(light);
        Assert.Contains("color-scheme:light dark", html, StringComparison.Ordinal);
        Assert.Equal(light.Keys, Colours(html, "@media(prefers-color-scheme:dark){:root").Keys);
        Assert.Equal(light.Keys, Colours(html, "@media print{:root").Keys);
        Assert.NotEqual(light["--paper"], Colours(html, "@media(prefers-color-scheme:dark){:root")["--paper"]);
        Assert.Equal("#fff", Colours(html, "@media print{:root")["--paper"]);
        Assert.True(html.LastIndexOf("@media print", StringComparison.Ordinal) > html.LastIndexOf("prefers-color-scheme", StringComparison.Ordinal), "on paper it is light, though the screen be dark");
        // What is drawn takes its colours from there alone.
        Assert.DoesNotMatch(FixedColour(), html[html.IndexOf("<body", StringComparison.Ordinal)..]);
    }

    private static SortedDictionary<string, string> Colours(string html, string rule)
    {
        var from = html.IndexOf($"{rule}{{", StringComparison.Ordinal) + rule.Length + 1;
        var block = html[from..html.IndexOf('}', from)];
        return new(block.Split(';').Where(d => d.StartsWith("--", StringComparison.Ordinal)).Select(d => d.Split(':')).ToDictionary(d => d[0], d => d[1]), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\b(?:src|srcset|href|data|action|poster|background)\s*=|url\(|@import|@font-face|<(?:script|link|iframe|object|embed|img|base|form)\b|//[a-z]", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?:fill|stroke|color|style)\s*=\s*""|#[0-9a-f]{6}\b", RegexOptions.IgnoreCase)]
    private static partial Regex FixedColour();
}
