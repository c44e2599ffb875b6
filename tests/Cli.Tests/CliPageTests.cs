using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>docs/cli.md shows every command, with what it says today. <c>make cli-docs</c> writes it anew.</summary>
public sealed class CliPageTests
{
    private const string Anew = "docs/cli.md is not up to date; `make cli-docs` writes it anew";

    private static string File { get; } = Path.Combine(EstProcess.Repository, "docs", "cli.md");

    [Fact]
    public async Task The_page_shows_every_command_with_what_it_says_today()
    {
        var session = await CliSession.RunAsync();
        Assert.Empty(Tree.Leaves().Select(l => l.Path).Except(session.Select(s => s.Section)));
        Assert.Empty(session.Where(s => s.Said.Contains("Unhandled", StringComparison.Ordinal) || s.Said.Contains("   at ", StringComparison.Ordinal)).Select(s => s.Line));
        var (page, there) = (CliPage.Of(session), System.IO.File.Exists(File) ? await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken) : "");
        var (fresh, old) = (Masks.Loose(page), Masks.Loose(there));
        // Where only widths differ the page stays as it is.
        if (Environment.GetEnvironmentVariable("EST_UPDATE_DOCS") == "1" && fresh != old) await System.IO.File.WriteAllTextAsync(File, page, TestContext.Current.CancellationToken);
        else Assert.True(fresh == old, $"{Anew}. First difference: {Difference(old, fresh)}");
    }

    private static string Difference(string old, string fresh)
    {
        var (before, after) = (old.Split('\n'), fresh.Split('\n'));
        for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
            if (before.ElementAtOrDefault(i) != after.ElementAtOrDefault(i)) return $"line {i + 1}, '{before.ElementAtOrDefault(i)}' is now '{after.ElementAtOrDefault(i)}'";
        return "none";
    }
}
