using System.CommandLine;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est config</c></summary>
internal static class ConfigCommand
{
    private const string Description = """
        every value that holds, and where it comes from: a line of the file, the environment, or the program's default

        Examples:
          est config                               as `est run` would take it
          est config --config other.json           with another file
          est config --filter limits               only what has that word in its name
          est config --variables                   every variable that is read, and what it means

        Secrets are never shown. A variable that begins with EST_ and that nothing reads is warned about.
        Limits and policies of a portfolio that is open already are those of the log: `est control limits show`.
        """;

    public static Command Create()
    {
        var (config, json) = (CommonOptions.Config(), CommonOptions.Json());
        var filter = new Option<string?>("--filter") { Description = "only names with this in them" };
        var variables = new Option<bool>("--variables") { Description = "list the environment variables that are read" };
        var command = new Command("config", Description) { filter, variables, config, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(variables)) return Variables(parsed.GetValue(json));
            if (parsed.GetValue(config) is { } named && !File.Exists(named)) throw new ConfigurationException($"--config {named}: there is no such file.");
            var all = EffectiveConfiguration.Of(CommonOptions.ConfigFile(parsed.GetValue(config)), EffectiveConfiguration.Environment());
            if (parsed.GetValue(filter) is { } word) all = all with { Settings = [.. all.Settings.Where(s => s.Name.Contains(word, StringComparison.OrdinalIgnoreCase))] };
            if (parsed.GetValue(json)) DiagnosticsJson.Print(all);
            else if (all.Settings.Count > 0) AnsiConsole.Write(Table(all));
            else Terminal.Note("No name has that in it.");
            foreach (var warning in all.Warnings) Terminal.Note($"warning: {warning}");
            return 0;
        });
        return command;
    }

    public static Table Table(EffectiveConfiguration all)
    {
        var table = PlatformCommand.Table("name", "value", "from");
        foreach (var s in all.Settings) table.Row(s.Name, s.Value, s.Source);
        return table;
    }

    private static int Variables(bool json)
    {
        if (json)
        {
            DiagnosticsJson.Print(EnvironmentCatalog.All);
            return 0;
        }

        var table = PlatformCommand.Table("variable", "default", "meaning");
        foreach (var v in EnvironmentCatalog.All) table.Row(v.Name, v.Default ?? "", v.Meaning);
        AnsiConsole.Write(table);
        return 0;
    }
}
