using System.Text.Json;
using HotChocolate.Execution;
using Microsoft.AspNetCore.Http;

namespace HotChocolate.AspNetCore;

/// <summary>
/// Code is compiled when it first runs, and the first request would wait for all of it: a bomb that is refused within a millisecond takes a hundred then.
/// So some requests of our own go the whole way first, from the body to the response: one that is right and what strangers like to send.
/// </summary>
public static class WarmUp
{
    /// <summary>For a server to call before it listens. Asks for nothing but introspection, of nobody: no resolver and no <see cref="GraphQLServerOptions.Admit"/> is called.</summary>
    public static async Task WarmUpAsync(this RequestExecutor executor, CancellationToken cancellationToken = default)
    {
        if (executor.Schema.QueryType is not { } root) return;
        var endpoint = new GraphQLHttpEndpoint(executor, new GraphQLServerOptions());
        foreach (var request in Requests(root.Name))
        {
            var http = new DefaultHttpContext { RequestAborted = cancellationToken };
            (http.Request.Method, http.Request.ContentType) = (HttpMethods.Post, MediaTypes.Json);
            http.Request.Headers.Accept = MediaTypes.Response;
            using var body = new MemoryStream(request);
            http.Request.Body = body;
            await endpoint.ServeAsync(http);
        }
    }

    internal static IEnumerable<byte[]> Requests(string root)
    {
        yield return "{"u8.ToArray();
        yield return Request("", new() { ["flood"] = new int[RequestParameters.MaxTokens] });
        var fine = $$"""
            query WarmUp($on: Boolean! = true, $name: String!) {
              __typename ...A @include(if: $on) __type(name: $name) { name kind fields(includeDeprecated: true) { name args { name defaultValue type { kind ofType { name } } } } }
            }
            "Twice." fragment A on {{root}} { again: __typename @skip(if: false) ... on {{root}} { again: __typename } __type(name: $name) { name } }
            """;
        yield return Request(fine, new() { ["name"] = root });
        yield return Request(fine, new() { ["name"] = 1, ["on"] = new[] { "\u0041\n" }, ["more"] = new Dictionary<string, object> { ["a"] = 1.5 } });
        foreach (var wrong in new[]
        {
            "{ typenam __type { name } ...Gone }",
            "query ($v: Gone, $w: String, $w: Int = 1.5) { __type(name: {a: [1.5, true, null, B, \"c\", \"\"\"d\"\"\"], a: $x}) { name nme ... on String { x } } }",
            "{ __typename @skip @include(if: 1) @gone(a: 1) } query Q { __typename } query Q { __typename }",
            "{ a: __typename a: __schema { description } b: __type(name: \"x\") { name } b: __type(name: \"y\") { name kind: name } }",
            "{ ...A } fragment A on " + root + " { ...B ...B } fragment B on " + root + " { __schema { description } ...A }",
            "{ __schema {" + string.Concat(Enumerable.Range(0, 150).Select(i => $" x{i}")) + " } }",
            "{ __schema { types { " + Repeated(4, "fields { type { ") + "name" + Repeated(8, " }") + " } } }",
            "{" + string.Concat(Enumerable.Range(0, 150).Select(i => $" a{i}: __typename")) + " }",
            "{" + Repeated(2_100, " x") + "}",
            Repeated(100, "{ x ") + Repeated(100, "}"),
            "{ x(a: \"\\u0041\\q\") }",
        }) yield return Request(wrong, []);
    }

    private static byte[] Request(string document, Dictionary<string, object> variables) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["query"] = document, ["variables"] = variables });

    private static string Repeated(int times, string piece) => string.Concat(Enumerable.Repeat(piece, times));
}
