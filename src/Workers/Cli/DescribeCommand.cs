using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Workers.Diagnostics;
using Spectre.Console;

namespace EventSourcedTrading.Workers.Cli;

/// <summary><c>est describe</c></summary>
internal static class DescribeCommand
{
    private const string Text = """
        what this program is made of and what the configuration makes of it; asks no server

        Examples:
          est describe                            all sections
          est describe handlers                   what takes each message, and what it may put on record
          est describe routes                     which message goes to which handler
          est describe policies --json            limits, votes, bounds, for programs
          est describe --config other.json        with another configuration

        Sections: roles, handlers, routes, streams, subjects, consumers, projections, policies, brokers, configuration.
        """;

    public static Command Create()
    {
        var section = new Argument<string?>("section") { Description = string.Join(", ", Description.Sections), Arity = ArgumentArity.ZeroOrOne };
        section.CompletionSources.Add(_ => Description.Sections.Select(s => new System.CommandLine.Completions.CompletionItem(s)));
        return PlatformCommand.Create("describe", Text, [section], (parsed, view, json, _) =>
        {
            var wanted = parsed.GetValue(section) is { } one ? [PlatformCommand.OneOf("section", one, Description.Sections)] : Description.Sections;
            var described = Description.Of(view.Options, EffectiveConfiguration.Of(view.ConfigFile, EffectiveConfiguration.Environment()));
            if (json)
            {
                var whole = (JsonObject)JsonSerializer.SerializeToNode(described, DiagnosticsJson.Options)!;
                foreach (var left in Description.Sections.Except(wanted).ToList()) whole.Remove(left);
                DiagnosticsJson.Print(whole);
            }
            else
            {
                foreach (var name in wanted) Show(name, described, title: wanted.Count > 1);
            }

            return Task.FromResult(0);
        });
    }

    private static void Show(string section, Description d, bool title)
    {
        if (title) AnsiConsole.Write(new Rule(section).LeftJustified());
        var table = section switch
        {
            "roles" => Filled(["role", "here", "what it does"], d.Roles.Select(r => (string[])[r.Role, $"{r.Instances}", r.Summary])),
            "handlers" => Filled(["handler", "role", "takes", "events it may append"], d.Handlers.Select(h => (string[])[h.Handler, h.Role, string.Join("; ", h.Takes), Appended(h.Events)])),
            "routes" => Filled(["from", "role", "handler", "events it may append"], d.Routes.Select(r => (string[])[r.From, r.Role, r.Handler, Appended(r.Events)])),
            "streams" => Filled(["stream", "kind", "bound", "when full", "holds"], d.Streams.Select(s => (string[])[s.Stream, s.Kind == "log" ? "log" : "JetStream", s.Bound, s.WhenFull, Short(s.Holds)])),
            "subjects" => SubjectsCommand.Table(d.Subjects.Select(s => LiveSubject.Of(s, null)), counted: false),
            "consumers" => Filled(["consumer", "follows", "keeps its place in"], d.Consumers.Select(c => (string[])[c.Consumer, c.Follows, c.Position])),
            "projections" => Filled(["projection", "follows", "tables"], d.Projections.Select(p => (string[])[p.Projection, Short(p.Events), string.Join(", ", p.Tables)])),
            "policies" => Filled(["policy", "value", "from"], d.Policies.Select(p => (string[])[p.Policy, p.Value, p.Source])),
            "brokers" => Filled(["portfolio", "venue", "host", "dry run", "credentials"], d.Brokers.Select(b => (string[])[b.Portfolio, b.Venue, b.Host, b.DryRun ? "yes" : "no", b.Credentials])),
            _ => ConfigCommand.Table(d.Configuration),
        };
        // Names of methods and of events stay whole; a subject may break.
        if (section == "routes") table.Columns[0].NoWrap = false;
        if (section is "routes" or "handlers") table.Columns[section == "routes" ? 2 : 0].NoWrap();

        AnsiConsole.Write(table);
        if (section is "routes" or "handlers") Console.WriteLine($"* what a slice of market time brings: {Short(RouteCatalog.Slices)}.");
    }

    /// <summary>What is the same for all that moves market time is said once, below.</summary>
    private static string Appended(IReadOnlyList<string> events) =>
        RouteCatalog.Slices.Except(events).Any() ? Short(events) : string.Join(", ", [.. events.Except(RouteCatalog.Slices), "*"]);

    /// <summary>Whole families are named by their beginning: --json has each.</summary>
    private static string Short(IReadOnlyList<string> names)
    {
        var orders = names.Count(n => n.StartsWith("order_", StringComparison.Ordinal));
        return string.Join(", ", orders < 10 ? names : [.. names.Where(n => !n.StartsWith("order_", StringComparison.Ordinal)), $"order_* ({orders})"]);
    }

    private static Table Filled(string[] columns, IEnumerable<string[]> rows)
    {
        var table = PlatformCommand.Table(columns);
        foreach (var row in rows) table.Row(row);
        return table;
    }
}
