using System.CommandLine;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>A command that looks at a platform: --config, --database and --json, and connections that are made when they are needed.</summary>
internal static class PlatformCommand
{
    public static Command Create(string name, string description, Symbol[] parameters, Func<ParseResult, PlatformView, bool, CancellationToken, Task<int>> act)
    {
        var (config, database, json) = (CommonOptions.Config(), CommonOptions.Database(), CommonOptions.Json());
        var command = new Command(name, description);
        command.Add(parameters);
        command.Add([config, database, json]);
        command.SetAction(async (parsed, ct) =>
        {
            var options = PlatformOptions.Look(FileThatIsThere(parsed.GetValue(config)));
            if (parsed.GetValue(database) is { } other && options.Postgres.Length > 0) options = options with { Postgres = CommonOptions.WithDatabase(options.Postgres, other) };
            await using var view = new PlatformView(options, CommonOptions.ConfigFile(parsed.GetValue(config)));
            return await act(parsed, view, parsed.GetValue(json), ct);
        });
        return command;
    }

    /// <summary>A file that was named must be there; the usual one may be missing.</summary>
    private static string? FileThatIsThere(string? named) =>
        named ?? (CommonOptions.ConfigFile(null) is var usual && File.Exists(usual) ? usual : null);

    /// <summary>A table as all diagnostics draw it: the name in the first column stays whole, what else is longer than the window wraps.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Minimal);
        foreach (var column in columns) table.AddColumn(column);
        table.Columns[0].NoWrap();
        return table;
    }

    public static void Row(this Table table, params string?[] cells) => table.AddRow([.. cells.Select(c => Markup.Escape(c ?? ""))]);

    /// <exception cref="ConfigurationException">It is none of the words.</exception>
    public static string OneOf(string option, string value, IReadOnlyCollection<string> words) => words.Contains(value, StringComparer.Ordinal) ? value
        : throw new ConfigurationException($"{option} '{value}' must be one of {string.Join(", ", words)}{(Spelling.Nearest(value, words) is { } meant ? $"; did you mean {meant}?" : ".")}");
}
