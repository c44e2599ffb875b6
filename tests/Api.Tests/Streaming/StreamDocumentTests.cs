using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventSourcedTrading.Api.Streaming;
using EventSourcedTrading.Domain.Signals;
using EventSourcedTrading.Projections.Tests;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Messaging;
using EventSourcedTrading.Workers.Publishing;

namespace EventSourcedTrading.Api.Tests.Streaming;

/// <summary>docs/asyncapi.yaml has the frames that the server takes and sends; a validator that is not ours compares.</summary>
public sealed partial class StreamDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/asyncapi.yaml"));

    private static string Here([CallerFilePath] string path = "") => path;

    [Fact]
    public async Task Every_frame_of_a_server_and_every_example_is_as_the_document_says()
    {
        var frames = Message().Matches(Document).ToDictionary(
            m => char.ToLowerInvariant(m.Groups[1].Value[0]) + m.Groups[1].Value[1..], m => (Schema: m.Groups[2].Value, Frames: Example().Matches(m.Groups[3].Value).Select(e => e.Groups[1].Value).ToList()));
        Assert.Equal(11, frames.Count);
        foreach (var client in (string[])["hello", "subscribe", "unsubscribe", "ping"])
        {
            foreach (var example in frames[client].Frames)
            {
                var read = ClientFrame.Read(Encoding.UTF8.GetBytes(example));
                Assert.Equal(client, read.Type);
                if (client is "subscribe" or "unsubscribe") Assert.NotNull(read.CheckedId);
                Assert.True(read.CheckedPortfolio is null or "main" && read.CheckedResumeAfter is null or 1207 && read.CheckedInstruments(200)?.Count is null or 1);
            }
        }

        var sent = await SendAsync();
        Assert.Superset(new HashSet<string> { "welcome", "snapshot", "delta", "heartbeat", "unsubscribed", "pong", "error" }, sent.Select(f => (string)f["type"]!).ToHashSet());
        foreach (var frame in sent) frames[(string)frame["type"]!].Frames.Add(frame.ToJsonString());

        var folder = Directory.CreateTempSubdirectory("est-frames").FullName;
        try
        {
            foreach (var (type, (schema, examples)) in frames)
            {
                var file = Path.Combine(folder, $"{type}.schema.json");
                await File.WriteAllTextAsync(file, schema);
                var files = new List<string>();
                foreach (var example in examples)
                {
                    files.Add(Path.Combine(folder, $"{type}-{files.Count}.json"));
                    await File.WriteAllTextAsync(files[^1], example);
                }

                var errors = await new JsonSchema(file).ErrorsAsync([.. files]);
                for (var i = 0; i < errors.Length; i++) Assert.True(errors[i].Length == 0, $"{examples[i]}: {string.Join("; ", errors[i])}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_decision_feed_has_what_NATS_is_told_of_decisions_violations_orders_and_fills()
    {
        string[] subjects = ["decisions.meta.p", "risk.violations.p", "orders.p", "fills.p"];
        Assert.Equal(PublisherRole.Told(new Subjects(""), "p").Where(t => subjects.Contains(t.Subject)).Select(t => t.Type).Order(StringComparer.Ordinal), DecisionChannel.Types.Order(StringComparer.Ordinal));
    }

    /// <summary>Something of everything that a server says.</summary>
    private static async Task<List<JsonObject>> SendAsync()
    {
        await using var server = await StreamServer.StartAsync(new StreamLimits { HeartbeatEvery = TimeSpan.FromSeconds(1) });
        server.Project();
        var session = new Session(5, "main");
        foreach (var batch in session.Batches(120)) await server.AppendAsync(batch);
        await server.ProjectedAsync("decisions");
        await server.ProjectedAsync("book");
        await using var client = await StreamClient.OpenAsync(server.Address);
        await client.SendAsync($$"""{"type":"hello","key":"{{await server.KeyAsync()}}"}""");
        foreach (var text in (string[])
            ["""{"type":"subscribe","id":"d","channel":"decisions"}""", """{"type":"subscribe","id":"r","channel":"decisions","resumeAfter":"0"}""", """{"type":"subscribe","id":"p","channel":"positions"}""",
             """{"type":"subscribe","id":"m","channel":"market"}""", """{"type":"subscribe","id":"x","channel":"x"}""", """{"type":"ping","nonce":"7"}"""])
            await client.SendAsync(text);
        var sent = new List<JsonObject>();
        await UntilAsync(f => f.Count(s => (string?)s["type"] == "snapshot") == 4);
        var signal = session.Signal("main", "SPY.ARCX");
        await server.AppendAsync(session.Batch("main"));
        await server.Nats.PublishAsync(server.SignalOf("SPY.ARCX"), SignalJson.Write(signal));
        await UntilAsync(f => f.Where(s => (string?)s["type"] is "delta").Select(s => (string)s["channel"]!).Distinct().Count() == 3 && f.Any(s => (string?)s["type"] is "heartbeat"));
        await client.SendAsync("""{"type":"unsubscribe","id":"d"}""");
        await UntilAsync(f => f.Any(s => (string?)s["type"] is "unsubscribed"));
        return sent;

        async Task UntilAsync(Func<List<JsonObject>, bool> done)
        {
            while (!done(sent)) sent.Add(await client.NextAsync() ?? throw new InvalidOperationException("the server closed"));
        }
    }

    [GeneratedRegex(@"^    stream(\w+):\n      name: .*\n      summary: .*\n      payload: (.*)\n      examples:\n((?:        .*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Message();

    [GeneratedRegex("^          payload: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
