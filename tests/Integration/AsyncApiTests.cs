using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Workers.Engines;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Publishing;

namespace EventSourcedTrading.Integration;

/// <summary>docs/asyncapi.yaml says what the code does. That it is AsyncAPI is for a validator, such as npm's @asyncapi/parser.</summary>
public sealed partial class AsyncApiTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../docs/asyncapi.yaml"));

    private static string Here([CallerFilePath] string path = "") => path;

    [Fact]
    public void Every_subject_of_the_code_is_in_it_and_no_other()
    {
        var subjects = new Subjects("");
        var known = typeof(Subjects).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(m => m.ReturnType == typeof(string) && !m.IsSpecialName && m.Name != nameof(Subjects.InboxStream))
            .Select(m => (string)m.Invoke(subjects, [.. m.GetParameters().Select(p => $"{{{p.Name}}}")])!);
        // What is not of NATS is checked beside the server that speaks it, in Api.Tests.
        known = known.Append("/stream");
        Assert.Equal(known.Order(StringComparer.Ordinal), Address().Matches(Document).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_that_is_told_is_in_the_message_of_its_subject()
    {
        foreach (var (message, subject) in (IEnumerable<(string, string)>)[("decision", "decisions.meta.p"), ("violation", "risk.violations.p"), ("order", "orders.p"), ("fill", "fills.p"), ("change", "control.changes.p")])
        {
            var told = PublisherRole.Told(new Subjects(""), "p").Where(t => t.Subject == subject).Select(t => t.Type);
            Assert.Equal(told.Order(StringComparer.Ordinal), EventSchema().Matches(Section($"    {message}:\n      name: {message}\n")).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        }
    }

    public static TheoryData<string, string, string> Examples => [.. Example().Matches(Document).Select(m =>
        (Message: Message().Matches(Document[..m.Index])[^1].Groups[1].Value, Name: m.Groups[1].Value, Payload: m.Groups[2].Value)).Where(e => !e.Message.StartsWith("stream", StringComparison.Ordinal))];

    [Fact]
    public void There_are_examples_of_all_that_is_read() =>
        Assert.Superset(new HashSet<string> { "signal", "intent", "progress", "failed", "outcome", "decision", "violation", "order", "fill", "change", "engineProgress" }, Examples.Select(e => e.Data.Item1).ToHashSet());

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_read_by_the_platforms_own_readers(string message, string name, string payload)
    {
        var body = Encoding.UTF8.GetBytes(payload);
        switch (message)
        {
            case "signal": Assert.Null(InboxDecoder.Signal(body).Error); break;
            case "intent": Assert.IsType<IntentInput>(Decode("decisions.order_intent.main.pairs@1_2_0", body)); break;
            case "progress": Assert.IsType<ProgressInput>(Decode("agents.progress.main.pairs@1_2_0", body)); break;
            case "failed": Assert.IsType<AgentFailedInput>(Decode("agents.failed.main.pairs@1_2_0", JsonSerializer.Deserialize<string>(body) is { } text ? Encoding.UTF8.GetBytes(text) : [])); break;
            case "outcome": Assert.NotEmpty(Told.Read(body).Outcome); break;
            case "engineProgress": Assert.Equal(234, EngineProgress.Read(body).Position); break;
            // Events are named by their type, and written back to the same bytes.
            default: Assert.Equal(payload, Encoding.UTF8.GetString(EventJson.Serialize(EventJson.Deserialize(name, body)))); break;
        }
    }

    private static Input Decode(string subject, byte[] body) => new InboxDecoder(new Subjects("")).Decode(subject, body);

    /// <summary>From a heading to the next line that is indented as little.</summary>
    private static string Section(string heading)
    {
        var start = Document.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(start >= 0, heading);
        var end = NextMessage().Match(Document, start + heading.Length);
        return Document[start..(end.Success ? end.Index : Document.Length)];
    }

    [GeneratedRegex(@"^    address: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Address();

    [GeneratedRegex(@"events\.schema\.json#/\$defs/(\w+)'")]
    private static partial Regex EventSchema();

    [GeneratedRegex(@"^    (\w+):\n      name: ", RegexOptions.Multiline)]
    private static partial Regex Message();

    [GeneratedRegex(@"^    \w+:$|^  \w+:$", RegexOptions.Multiline)]
    private static partial Regex NextMessage();

    [GeneratedRegex(@"^        - name: (\w+)\n          payload: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
