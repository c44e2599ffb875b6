using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventSourcedTrading.GraphQL.Tests.Serving;
using HotChocolate.Execution;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

public sealed class LimitTests
{
    public static TheoryData<string, string> Bombs() => new()
    {
        { "nested", "{" + string.Concat(Enumerable.Repeat("self{", 5_000)) },
        { "nested within the tokens", "{" + string.Concat(Enumerable.Repeat("self{", 60)) + "hello" + new string('}', 61) },
        { "deep by fragments", Chain(200, i => $"self {{ ...F{i + 1} }}") },
        { "wide by fragments", Chain(60, i => $"a: self {{ ...F{i + 1} }} b: self {{ ...F{i + 1} }}") },
        { "circular fragments", "{ ...A } fragment A on Query { self { ...B } } fragment B on Query { self { ...A } }" },
        { "many circles", "{ ...F0 } " + string.Concat(Enumerable.Range(0, 100).Select(i => $"fragment F{i} on Query {{ ...F{(i + 1) % 100} ...F{(i + 7) % 100} ...F{i} }} ")) },
        { "aliases", "{" + string.Concat(Enumerable.Range(0, 600).Select(i => $"a{i}: hello ")) + "}" },
        { "same field", "{" + string.Concat(Enumerable.Repeat("hello ", 1_900)) + "}" },
        { "directives", "{ hello " + string.Concat(Enumerable.Repeat("@skip(if: false) ", 300)) + "}" },
        { "unknown directives", "{ hello " + string.Concat(Enumerable.Range(0, 900).Select(i => $"@d{i} ")) + "}" },
        { "variables", $"query({string.Concat(Enumerable.Range(0, 390).Select(i => $"$v{i}: Int! "))}) {{ hello }}" },
        { "list of values", "{ echo(text: " + new string('[', 3_000) },
        { "long", "{ echo(text: \"" + new string('x', 1 << 20) + "\") }" },
        { "comments", "#" + new string('#', 60_000) + "\n{ nothing }" },
        { "braces", new string('{', 60_000) },
        { "introspection", "{ __schema { types { " + string.Concat(Enumerable.Repeat("fields { type { ", 15)) + "name" + new string('}', 33) },
        { "cost", "{ " + string.Concat(Enumerable.Repeat("a: numbers(first: 1000000000) ", 1)) + " self { __typename nothing } }" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Bombs_are_refused(string name, string document)
    {
        var executor = new RequestExecutor(SampleSchema.Create());
        Assert.False(await RefusedAsync(executor, "{ hello }"), "the first request pays for the start");
        await RefusedAsync(executor, document + " ");
        var began = Stopwatch.GetTimestamp();
        Assert.True(await RefusedAsync(executor, document));
        TestContext.Current.SendDiagnosticMessage($"{name}: {document.Length} characters refused in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0.00} ms");
    }

    [Fact]
    public async Task Floods_in_variables_end_with_a_bounded_answer()
    {
        var executor = new RequestExecutor(SampleSchema.Create());
        var floods = new Dictionary<string, JsonElement>
        {
            ["list"] = JsonSerializer.SerializeToElement(new { t = Enumerable.Range(0, 200_000) }),
            ["properties"] = JsonSerializer.SerializeToElement(Enumerable.Range(0, 100_000).ToDictionary(i => $"t{i}")),
            ["big"] = JsonSerializer.SerializeToElement(new { t = new { a = new string('"', 500_000), b = new string('x', 500_000) } }),
            ["long"] = JsonSerializer.SerializeToElement(new { t = Enumerable.Repeat(new { a = new string('x', 10) }, 1_000) }),
        };
        foreach (var (name, variables) in floods)
        {
            var began = Stopwatch.GetTimestamp();
            await using var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest { Document = "query($t: String!) { echo(text: $t) }", Variables = variables });
            TestContext.Current.SendDiagnosticMessage($"{name}: refused in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0.00} ms");
            Assert.False(result.HasData);
            Assert.True(result.ToJson().Length < 10_000);
        }
    }

    [Fact]
    public async Task Cost_counts_the_length_that_the_variables_tell()
    {
        var executor = new RequestExecutor(SampleSchema.Create(), new RequestOptions { MaxCost = 30 });
        const string Document = "query($n: Int!) { people(first: $n) { name } }";
        var query = new HotChocolate.Types.ObjectType("Query");
        var person = new HotChocolate.Types.ObjectType("Person");
        person.Fields.Add(new HotChocolate.Types.OutputField("name", HotChocolate.Types.Scalars.String) { PureResolver = _ => "n" });
        query.Fields.Add(SampleSchema.With(
            new HotChocolate.Types.OutputField("people", new HotChocolate.Types.ListType(person)) { Resolver = c => new(Enumerable.Range(0, c.ArgumentValue<int>("first"))), SlicingArgument = "first" },
            new HotChocolate.Types.InputField("first", new HotChocolate.Types.NonNullType(HotChocolate.Types.Scalars.Int))));
        executor = new RequestExecutor(HotChocolate.Types.Schema.Create(query), executor.Options);
        foreach (var (n, allowed) in new[] { (29, true), (30, false), (int.MaxValue, false), (5, true) })
        {
            await using var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest { Document = Document, Variables = JsonSerializer.SerializeToElement(new { n }) });
            Assert.Equal(allowed, result.HasData);
            if (!allowed) Assert.Equal(ErrorCodes.CostTooHigh, result.Errors[0].Code);
        }
    }

    [Fact]
    public async Task Introspection_can_be_off()
    {
        var executor = new RequestExecutor(SampleSchema.Create(), new RequestOptions { Validation = new() { IntrospectionAllowed = false } });
        Assert.True(await RefusedAsync(executor, "{ __schema { queryType { name } } }"));
        Assert.False(await RefusedAsync(executor, "{ __typename }"));
    }

    [Fact]
    public async Task A_document_that_was_sent_once_with_its_hash_may_be_named()
    {
        var executor = new RequestExecutor(SampleSchema.Create());
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("{ hello }")));
        var extensions = JsonSerializer.SerializeToElement(new { persistedQuery = new { version = 1, sha256Hash = hash } });
        Assert.Equal("""{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}""", await AnswerAsync(executor, new() { Extensions = extensions }));
        Assert.Equal("""{"errors":[{"message":"provided sha does not match query","extensions":{"code":"PERSISTED_QUERY_HASH_MISMATCH"}}]}""", await AnswerAsync(executor, new() { Document = "{hello}", Extensions = extensions }));
        Assert.Equal("""{"data":{"hello":"world"}}""", await AnswerAsync(executor, new() { Document = "{ hello }", Extensions = extensions }));
        Assert.Equal("""{"data":{"hello":"world"}}""", await AnswerAsync(executor, new() { Extensions = extensions }));
        Assert.Equal("""{"data":{"hello":"world"}}""", await AnswerAsync(executor, new() { DocumentId = $"sha256:{hash}" }));
    }

    [Fact]
    public async Task Only_trusted_documents_run_where_that_is_asked_for()
    {
        var folder = Directory.CreateTempSubdirectory("est-graphql-").FullName;
        try
        {
            await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "greet.graphql"), "{ hello }");
            var executor = new RequestExecutor(SampleSchema.Create(), new RequestOptions { TrustedDocuments = PersistedDocuments.FromFolder(folder), PersistedOnly = true });
            Assert.Equal("""{"data":{"hello":"world"}}""", await AnswerAsync(executor, new() { DocumentId = "greet" }));
            Assert.Contains("PERSISTED_QUERY_ONLY", await AnswerAsync(executor, new() { Document = "{ hello }" }));
            Assert.Contains("There is no trusted document \\\"other\\\"", await AnswerAsync(executor, new() { DocumentId = "other" }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_cache_keeps_what_was_used_last_within_its_bounds()
    {
        var cache = new LruCache<int>(maxCount: 3, maxBytes: 100);
        for (var i = 0; i < 3; i++) cache.Set($"{i}", i, 10);
        Assert.True(cache.TryGet("0", out _));
        cache.Set("3", 3, 10);
        Assert.False(cache.TryGet("1", out _));
        cache.Set("big", 4, 85);
        Assert.True(cache.TryGet("3", out _));
        Assert.False(cache.TryGet("0", out _));
        cache.Set("too big", 5, 101);
        Assert.False(cache.TryGet("too big", out _));
        Assert.Equal(2, cache.Count);
    }

    private static string Chain(int length, Func<int, string> body) =>
        "{ ...F0 } " + string.Concat(Enumerable.Range(0, length).Select(i => $"fragment F{i} on Query {{ {body(i)} }} ")) + $"fragment F{length} on Query {{ hello }}";

    private static async Task<bool> RefusedAsync(RequestExecutor executor, string document)
    {
        await using var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest { Document = document });
        return !result.HasData && result.Errors.Count > 0;
    }

    private static async Task<string> AnswerAsync(RequestExecutor executor, OperationRequest request)
    {
        await using var result = (OperationResult)await executor.ExecuteAsync(request);
        return result.ToJson();
    }
}
