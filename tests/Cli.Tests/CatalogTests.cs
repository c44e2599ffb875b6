using System.Text.RegularExpressions;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Cli;
using EventSourcedTrading.Workers.Diagnostics;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Messaging;

namespace EventSourcedTrading.Cli.Tests;

/// <summary>What `est describe` tells from lists is what the code and the documents have.</summary>
public sealed partial class CatalogTests
{
    private static string Read(string path) => File.ReadAllText(Path.Combine(EstProcess.Repository, path));

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(EstProcess.Repository, folder), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    [Fact]
    public void Subjects_are_those_of_asyncapi_with_direction_payload_and_stream()
    {
        var document = Read("docs/asyncapi.yaml");
        var sent = Operation().Matches(document).ToLookup(m => m.Groups[2].Value, m => m.Groups[1].Value);
        // A path of HTTP, such as /stream, is no subject.
        var published = Channel().Matches(document).Where(m => !m.Groups[2].Value.StartsWith('/')).Select(m =>
        {
            var stream = Kept().Match(m.Value) is { Success: true } kept ? kept.Groups[1].Value : "none";
            return $"{sent[m.Groups[1].Value].Single()} {m.Groups[2].Value} {Payload().Match(document, m.Index).Groups[1].Value} {stream}";
        });
        var known = SubjectCatalog.Of(new Subjects("")).Select(s => $"{s.Direction.ToString().ToLowerInvariant()} {s.Subject} {s.Payload} {s.Stream ?? "none"}");
        Assert.Equal(published.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_that_the_program_reads_is_known_and_no_other()
    {
        var read = Sources("src").Where(f => !f.Contains("/Diagnostics/EnvironmentCatalog.cs", StringComparison.Ordinal))
            .SelectMany(f => Variable().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Equal(read.Order(StringComparer.Ordinal), EnvironmentCatalog.All.Select(v => v.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_variable_of_a_script_or_a_test_is_warned_about()
    {
        var files = Directory.EnumerateFiles(Path.Combine(EstProcess.Repository, "scripts")).Concat(Sources("tests")).Append(Path.Combine(EstProcess.Repository, "Makefile"))
            .Where(f => !f.Contains("/Cli.Tests/", StringComparison.Ordinal));
        var used = files.SelectMany(f => Whole().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Empty(EnvironmentCatalog.Unknown(used));
    }

    [Fact]
    public void Every_type_of_event_lies_in_a_stream_and_comes_by_a_route()
    {
        Assert.Equal(EventJson.Aliases.Order(StringComparer.Ordinal), EventStreamCatalog.All.SelectMany(s => s.Types).Distinct().Order(StringComparer.Ordinal));
        // Nothing asks for a replacement, and nothing rolls a strategy back: such events are read, and written by nobody.
        string[] unwritten = ["order_replace_requested"];
        Assert.Equal(EventJson.Aliases.Except(unwritten).Order(StringComparer.Ordinal), RouteCatalog.Of(new Subjects("")).SelectMany(r => r.Events).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_route_leads_to_a_role_and_every_kind_of_input_has_one()
    {
        var routes = RouteCatalog.Of(new Subjects(""));
        Assert.Empty(routes.Select(r => r.Role).Distinct().Except([.. Roles.All.Select(r => r.Name), "est"]));
        var kinds = typeof(Input).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Input)) && !t.IsAbstract);
        Assert.Equal(kinds, routes.Where(r => r.Kind is not null).Select(r => r.Kind).Distinct().Count());
    }

    [Fact]
    public void Every_command_has_a_description_and_takes_json()
    {
        Assert.Empty(Tree.Leaves().Where(l => string.IsNullOrWhiteSpace(l.Command.Description)).Select(l => l.Path));
        Assert.Empty(Tree.Leaves().Where(l => l.Command.Options.All(o => o.Name != "--json")).Select(l => l.Path));
    }

    // action before channel, as every operation there has it
    [GeneratedRegex(@"action: (send|receive)\n    channel: \{ \$ref: '#/channels/(\w+)' \}")]
    private static partial Regex Operation();

    [GeneratedRegex(@"^  (\w+):\n    address: (\S+)\n(?:    \w.*\n|      .*\n)*", RegexOptions.Multiline)]
    private static partial Regex Channel();

    [GeneratedRegex(@"    description: JetStream stream ([A-Z]+(?:_\{portfolio\})?)")]
    private static partial Regex Kept();

    [GeneratedRegex(@"#/components/messages/(\w+)'")]
    private static partial Regex Payload();

    // Not the names of locks, which stand in remarks.
    [GeneratedRegex("(?<!// |[a-z]: )\"(EST_[A-Z_]+)\"")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<![A-Z_]|// "")(EST_[A-Z]+(?:_[A-Z]+)*)(?![A-Z_])")]
    private static partial Regex Whole();
}
