using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>docs/cli.md: every command with what it is for, its options, and what it said in the session.</summary>
public static partial class CliPage
{
    private const string Introduction = """
        # The command line

        Every command of `est`, each with what it said in one session of a small desk: one portfolio, one agent from outside, a market made by
        hand. `make cli-docs` writes this page from the program itself, and a test runs the session again and compares.
        What differs from run to run is masked: times as `YYYY-MM-DDThh:mm:ss.ffffffZ`, ids and hashes by chance as `xxxx`, ports as `PORT`,
        measured figures as `N`. `…` stands where lines were left out; of `est check-env` the lines on the machine itself are.

        Every command takes `--json`, and prints text that programs can read line by line when it is piped. Colours and drawing are for a terminal;
        `NO_COLOR` turns them off. What goes into a pipe is 110 characters wide, or as many as `COLUMNS` says.

        | exit code | means |
        |---:|---|
        | 0 | done |
        | 1 | failed; also what `diff` and `check` commands end with when they find something |
        | 2 | wrong usage or configuration |
        | 3 | a server is away |
        | 4 | not found |
        | 5 | on record and not decided yet: it waits for an engine, or for a second person |
        | 130 | interrupted |

        Tab completion for bash, zsh, fish and PowerShell: [`est completion`](#est-completion).

        """;

    private static readonly HashSet<string> Sources = [.. "--data --seed --days --symbols --prices --columns --kind --instrument --time-zone --time-format --resolution --bad-data --check-days".Split(' ')];

    public static string Of(IReadOnlyCollection<Step> session)
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n")).Append('\n');
        var leaves = Tree.Leaves().ToList();
        foreach (var (path, _) in leaves) page.Append($"- [`est {path}`](#est-{path.Replace(' ', '-')})\n");
        foreach (var (path, command) in leaves)
        {
            page.Append($"\n## est {path}\n");
            About(page, command);
            foreach (var step in session.Where(s => s.Section == path))
                page.Append($"\n```console\n$ est {step.Line}\n").Append(step.Said.Length > 0 ? step.Said + "\n" : "").Append(step.Code == 0 ? "" : $"[exit code {step.Code}]\n").Append("```\n");
        }

        return page.ToString();
    }

    /// <summary>The first paragraph as text, examples and what else there is as they are in the help, then arguments and options.</summary>
    private static void About(StringBuilder page, Command command)
    {
        var parts = Paragraph().Split(command.Description!.ReplaceLineEndings("\n").Trim());
        page.Append(Sentence(parts[0])).Append('\n');
        foreach (var part in parts[1..])
        {
            if (part.StartsWith("  ", StringComparison.Ordinal)) page.Append("\n```\n").Append(string.Join('\n', part.Split('\n').Select(l => l.TrimStart()))).Append("\n```\n");
            else if (part.StartsWith("Examples:", StringComparison.Ordinal) || part.StartsWith("Try", StringComparison.Ordinal)) page.Append("\n```\n").Append(string.Join('\n', part.Split('\n')[1..].Select(l => l.TrimStart()))).Append("\n```\n");
            else page.Append('\n').Append(Markdown(part)).Append('\n');
        }

        var shown = command.Arguments.Select(a => (Name: a.Name.ToUpperInvariant(), a.Description)).Concat(command.Options.Where(o => o.Name is not ("--json" or "--help") && !o.Hidden).Select(o => (o.Name, o.Description))).ToList();
        // Where data come from takes a dozen options, the same everywhere: they are listed once.
        if (shown.Any(o => o.Name == "--data") && command.Name != "replay")
        {
            shown.RemoveAll(o => Sources.Contains(o.Name));
            shown.Add(("--data …", "and what else says where the data come from: as for [`est replay`](#est-replay)"));
        }

        if (shown.Count == 0) return;
        page.Append("\n| | |\n|---|---|\n");
        foreach (var (name, description) in shown) page.Append($"| `{name}` | {Markdown(description ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private static string Sentence(string text) => text.Length == 0 ? "" : Markdown(char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '?' or ':' ? "" : "."));

    private static string Markdown(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    [GeneratedRegex(@"\n\n+")]
    private static partial Regex Paragraph();
}
