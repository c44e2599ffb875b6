using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Api.Tests;

/// <summary>What is published says what is so. EST_UPDATE_DOCS=1 writes the documents anew.</summary>
public sealed class DocumentTests(Plane plane) : IClassFixture<Plane>
{
    [Fact]
    public async Task The_OpenAPI_document_is_served_without_a_key_and_docs_has_a_copy()
    {
        using var http = new HttpClient();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri(plane.Addresses[0], "/openapi/v1.json")))!;
        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        Check("docs/openapi.json", document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
    }

    [Fact]
    public async Task Every_operation_of_the_document_has_an_id_roles_and_problems_and_commands_an_idempotency_key()
    {
        using var http = new HttpClient();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri(plane.Addresses[0], "/openapi/v1.json")))!;
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
            {
                Assert.False(string.IsNullOrEmpty((string?)operation!["operationId"]), path);
                Assert.StartsWith("Roles: ", (string?)operation["description"], StringComparison.Ordinal);
                Assert.NotNull(operation["responses"]!["default"]!["content"]!["application/problem+json"]);
                var names = operation["parameters"]?.AsArray().Select(p => (string?)p!["name"]).ToArray() ?? [];
                Assert.Equal(method is "post" or "put" && !path.StartsWith("/v1/approvals", StringComparison.Ordinal) && !path.StartsWith("/v1/keys", StringComparison.Ordinal), names.Contains("Idempotency-Key"));
                Assert.All(path.Split('/').Where(s => s.StartsWith('{')), s => Assert.Contains(s.Trim('{', '}'), names));
            }
    }

    [Fact]
    public void The_matrix_of_the_guide_is_that_of_the_code()
    {
        var roles = Enum.GetValues<Role>();
        var table = new StringBuilder("| operation | " + string.Join(" | ", roles.Select(ApiKeys.WordOf)) + " | what it does |\n|---|" + string.Concat(roles.Select(_ => ":-:|")) + "---|\n");
        foreach (var o in Operation.All) table.Append($"| `{o.Name}` | ").AppendJoin(" | ", roles.Select(r => o.Roles.Contains(r) ? "✓" : "")).Append($" | {o.Summary} |\n");
        var guide = File.ReadAllText(Path.Combine(EstProcess.Repository, "docs/control.md"));
        const string From = "<!-- matrix -->\n", To = "<!-- /matrix -->";
        var (start, end) = (guide.IndexOf(From, StringComparison.Ordinal) + From.Length, guide.IndexOf(To, StringComparison.Ordinal));
        Check("docs/control.md", guide[..start] + table + guide[end..]);
    }

    private static void Check(string document, string expected)
    {
        var path = Path.Combine(EstProcess.Repository, document);
        if (Environment.GetEnvironmentVariable("EST_UPDATE_DOCS") == "1") File.WriteAllText(path, expected);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, $"{document} is not up to date; EST_UPDATE_DOCS=1 scripts/test Api.Tests writes it anew");
    }
}
