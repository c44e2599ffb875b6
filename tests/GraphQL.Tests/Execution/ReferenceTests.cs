using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.GraphQL.Tests.Corpus;
using EventSourcedTrading.Testing;
using HotChocolate.Execution;
using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>Random schemas, documents and variables give the same data and the same errors, in the same order, as the reference implementation.</summary>
public sealed class ReferenceTests
{
    private const int Documents = 100;
    private static readonly RequestOptions Unlimited = new() { Parser = ParserOptions.Trusted, Validation = ValidationOptions.Unlimited, MaxCost = long.MaxValue };

    [Fact]
    public async Task Execution_is_that_of_the_reference_implementation()
    {
        await using var reference = await Reference.StartAsync();
        var (run, invalid, withErrors, withData) = (0, 0, 0, 0);
        foreach (var seed in Seeds.Chosen(30, 1000))
        {
            var schema = new ValuedSchema(seed);
            await reference.AskAsync(new { sdl = schema.Sdl(), seed });
            var executor = new RequestExecutor(schema.Schema, Unlimited);
            var random = new Random(seed);
            for (var i = 0; i < Documents; i++)
            {
                var document = new RandomRequest(schema.Schema, random);
                var expected = await reference.AskAsync(new { document = document.Text, variables = document.Variables });
                await using var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest
                {
                    Document = document.Text, Variables = JsonSerializer.SerializeToElement(document.Variables), RootValue = ValueRule.Root,
                });
                var got = JsonNode.Parse(result.ToJson())!.AsObject();
                if (expected.ContainsKey("invalid"))
                {
                    Assert.False(result.HasData, $"seed {seed}, document {i}\n{document.Text}\n{expected.ToJsonString()}");
                    invalid++;
                    continue;
                }

                Assert.True(
                    Same(expected, got), $"seed {seed}, document {i}\n{document.Text}\nvariables {document.Variables.ToJsonString()}\nexpected {expected.ToJsonString()}\ngot      {got.ToJsonString()}");
                run++;
                if (expected.ContainsKey("errors")) withErrors++;
                if (expected["data"] is not null) withData++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{run} documents alike, {withErrors} of them with errors, {withData} with data; {invalid} invalid");
        Assert.True(run > invalid && withErrors > run / 20 && withData > run / 4, $"{run} run, {invalid} invalid, {withErrors} with errors, {withData} with data");
    }

    [Fact]
    public async Task Subscriptions_are_those_of_the_reference_implementation()
    {
        await using var reference = await Reference.StartAsync();
        var (seeds, seen) = (Seeds.Chosen(30, 2000), new Dictionary<string, int>());
        foreach (var seed in seeds)
        {
            var schema = new ValuedSchema(seed);
            await reference.AskAsync(new { sdl = schema.Sdl(), seed });
            var executor = new RequestExecutor(schema.Schema, Unlimited);
            var random = new Random(seed);
            for (var i = 0; i < Documents; i++)
            {
                var document = new RandomRequest(schema.Schema, random, follow: true);
                var expected = await reference.AskAsync(new { document = document.Text, variables = document.Variables });
                var (refused, responses) = await FollowAsync(executor, document);
                var kind = Compare(expected, refused, responses);
                Assert.True(kind is not null, $"seed {seed}, document {i}\n{document.Text}\nvariables {document.Variables.ToJsonString()}\nexpected {expected.ToJsonString()}\nrefused  {refused?.ToJsonString()}\ngot      {string.Join('\n', responses.Select(r => r.ToJsonString()))}");
                foreach (var each in kind.Split(' ')) seen[each] = seen.GetValueOrDefault(each) + 1;
            }
        }

        var told = string.Join(", ", seen.Select(s => $"{s.Value} {s.Key}"));
        TestContext.Current.SendDiagnosticMessage(told);
        if (seeds.Count >= 30) Assert.True(seen.Keys.ToHashSet().SetEquals(["invalid", "conditional", "source-refused", "arguments-refused", "variables-refused", "empty", "followed", "broken", "without-data", "with-errors"]), told);
    }

    /// <returns>What kind of answer it was; null where the two are not the same.</returns>
    private static string? Compare(JsonObject expected, JsonObject? refused, List<JsonObject> responses)
    {
        // Conditions at the root are refused since September 2025; graphql 16 follows them, or fails over their variables.
        if (refused?["errors"]![0]!["message"]!.GetValue<string>().Contains("must not use `@skip` or `@include`", StringComparison.Ordinal) == true) return "conditional";
        if (expected["invalid"] is JsonArray complaints) return refused is not null && !refused.ContainsKey("data") && Messages(complaints) == Messages(refused["errors"]!.AsArray()) ? "invalid" : null;
        if (expected["refused"] is JsonObject why)
            return refused is null || !Same(why, refused) ? null : why["errors"]![0]!["message"]!.GetValue<string>()[..6] switch { "closed" => "source-refused", "Argume" => "arguments-refused", _ => "variables-refused" };
        if (refused is not null) return null;
        var (wanted, thrown) = (expected["responses"]!.AsArray(), expected["thrown"]?.GetValue<string>());
        if (thrown is not null)
        {
            // Theirs throws, ours tells it as a last response.
            if (responses is not [.., { } last] || last.ContainsKey("data") || last["errors"]!.AsArray() is not [{ } error] || error["message"]!.GetValue<string>() != thrown) return null;
            responses.RemoveAt(responses.Count - 1);
        }

        if (wanted.Count != responses.Count || !wanted.Zip(responses).All(pair => Same(pair.First!.AsObject(), pair.Second))) return null;
        return (wanted.Count == 0 ? "empty" : "followed") + (thrown is null ? "" : " broken")
            + (wanted.Any(r => r!["data"] is null) ? " without-data" : "") + (wanted.Any(r => r!["errors"] is not null && r["data"] is not null) ? " with-errors" : "");
    }

    private static string Messages(JsonArray errors) =>
        string.Join('\n', errors.Select(e => WithoutSuggestion(e is JsonObject told ? told["message"]!.GetValue<string>() : e!.GetValue<string>())).Order(StringComparer.Ordinal));

    private static async Task<(JsonObject? Refused, List<JsonObject> Responses)> FollowAsync(RequestExecutor executor, RandomRequest document)
    {
        await using var result = await executor.ExecuteAsync(new OperationRequest
        {
            Document = document.Text, Variables = JsonSerializer.SerializeToElement(document.Variables), RootValue = ValueRule.Root,
        });
        if (result is OperationResult refused) return (JsonNode.Parse(refused.ToJson())!.AsObject(), []);
        var responses = new List<JsonObject>();
        await foreach (var response in ((ResponseStream)result).ReadResultsAsync())
            await using (response) responses.Add(JsonNode.Parse(response.ToJson())!.AsObject());
        return (null, responses);
    }

    [Fact]
    public async Task Introspection_is_that_of_the_reference_implementation()
    {
        await using var reference = await Reference.StartAsync();
        foreach (var sdl in CorpusFiles.SchemaNames.Select(CorpusFiles.Schema))
        {
            await reference.AskAsync(new { sdl, seed = 0 });
            var expected = await reference.AskAsync(new { introspect = true });
            await using var result = (OperationResult)await new RequestExecutor(SchemaBuilder.FromSdl(sdl)).ExecuteAsync(new OperationRequest { Document = expected["query"]!.GetValue<string>() });
            WithoutDraft(expected["data"]!["__schema"]!["types"]!.AsArray());
            Assert.Equal(Sorted(expected["data"]), Sorted(JsonNode.Parse(result.ToJson())!["data"]));
        }
    }

    /// <summary>graphql 16.15 has directives on directives, deprecated ones too, which came after September 2025.</summary>
    private static void WithoutDraft(JsonArray types)
    {
        JsonNode Type(string name) => types.Single(t => t!["name"]!.GetValue<string>() == name)!;
        Remove(Type("__DirectiveLocation")["enumValues"]!, "DIRECTIVE_DEFINITION");
        Remove(Type("__Directive")["fields"]!, "isDeprecated", "deprecationReason");
        Remove(Type("__Schema")["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == "directives")!["args"]!, "includeDeprecated");
    }

    private static void Remove(JsonNode named, params string[] names)
    {
        foreach (var name in names) named.AsArray().Remove(named.AsArray().Single(n => n!["name"]!.GetValue<string>() == name));
    }

    /// <summary>The order of types is nobody's promise; descriptions of what is built in are our own words.</summary>
    private static string Sorted(JsonNode? json) => json switch
    {
        null => "null",
        // The reason of @deprecated and includeDeprecated may not be null since September 2025; graphql 16 has not got that yet.
        JsonObject stricter when stricter["name"]?.GetValue<string>() is "deprecated" or "includeDeprecated" => "",
        JsonObject fields => "{" + string.Join(",\n", fields.OrderBy(f => f.Key, StringComparer.Ordinal).Where(f => f.Key != "description").Select(f => $"{f.Key}:{Sorted(f.Value)}")) + "}",
        JsonArray items => "[" + string.Join(",\n", items.Select(Sorted).Order(StringComparer.Ordinal)) + "]",
        _ => json.ToJsonString(),
    };

    private static bool Same(JsonObject expected, JsonObject got) =>
        Plain(expected["data"], expected.ContainsKey("data")) == Plain(got["data"], got.ContainsKey("data")) && Errors(expected) == Errors(got);

    private static string Errors(JsonObject response) =>
        string.Join("\n", (response["errors"]?.AsArray() ?? []).Select(e => $"{WithoutSuggestion(e!["message"]!.GetValue<string>())} {Plain(e["locations"], true)} {Plain(e["path"], true)}"));

    private static string WithoutSuggestion(string message) => message.IndexOf(" Did you mean", StringComparison.Ordinal) is var at and >= 0 ? message[..at] : message;

    /// <summary>In the order that was given, with numbers as numbers: 1.0 is 1.</summary>
    private static string Plain(JsonNode? json, bool isThere) => json switch
    {
        null => isThere ? "null" : "absent",
        JsonObject fields => "{" + string.Join(",", fields.Select(f => $"{f.Key}:{Plain(f.Value, true)}")) + "}",
        JsonArray items => "[" + string.Join(",", items.Select(i => Plain(i, true))) + "]",
        JsonValue value => value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString()).ToString("R") : value.ToJsonString(),
        _ => throw new InvalidOperationException(),
    };
}
