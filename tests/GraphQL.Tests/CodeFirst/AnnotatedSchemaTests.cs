using System.Text.Json;
using HotChocolate;
using HotChocolate.CodeFirst;
using HotChocolate.Execution;
using HotChocolate.Types;
using Microsoft.Extensions.DependencyInjection;

namespace EventSourcedTrading.GraphQL.Tests.CodeFirst;

public sealed class AnnotatedSchemaTests
{
    private static readonly Type[] Types = [typeof(ShopQueries), typeof(ShopSubscriptions), typeof(BookNode)];
    private readonly Store store = new();

    [Fact]
    public void Annotated_types_become_a_schema()
    {
        var schema = Shop();

        Assert.Empty(SchemaValidator.Validate(schema));
        var text = SchemaPrinter.Print(schema);
        foreach (var part in (string[])
            [
                "author: Author\n", "born: Int\n", "remarks: [String]!\n", "shelf: Shelf!\n", "input BookKeyInput @oneOf {", "CELLAR @deprecated(reason: \"flooded\")", "TOP_LEFT",
                "greet(greeting: String! = \"Hello\", times: Int! = 1): String!", "ticks(from: Int!): Int!", "type VolumeConnection {", "nodes: [Volume!]!", "atLeast: Int! = 0", "shelves: [Shelf!]\n", "totalCount: Int\n",
            ])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["after", "before", "first", "last", "where"], schema.QueryType!.Fields.First(f => f.Name == "books").Arguments.Select(a => a.Name).Order());
    }

    [Fact]
    public async Task Fields_get_what_their_parameters_ask_for()
    {
        var data = await AskAsync("""
            { books(first: 3, where: { shelves: [TOP_LEFT], atLeast: 1 }) { nodes { id title shelf remarks author { name born } } edges { cursor } totalCount }
              byId: book(key: { id: 2 }) { title } byTitle: book(key: { title: "Faust" }) { id } greet(times: 2) }
            """);

        Assert.Equal(
            """{"data":{"books":{"nodes":[{"id":1,"title":"Faust","shelf":"TOP_LEFT","remarks":["old",null],"author":{"name":"Goethe","born":1749}},{"id":3,"title":"Urfaust","shelf":"TOP_LEFT","remarks":[],"author":{"name":"Goethe","born":1749}}],"edges":[{"cursor":"c1"},{"cursor":"c3"}],"totalCount":3},"byId":{"title":"Emma"},"byTitle":{"id":1},"greet":"Hello, Ada! Hello, Ada!"}}""",
            data);
        Assert.Equal(["1"], store.Asked);
    }

    [Fact]
    public async Task A_policy_stands_before_its_field_alone()
    {
        var answer = JsonDocument.Parse(await AskAsync("{ book(key: { id: 1 }) { title margin } }")).RootElement;

        Assert.Equal("NOT_YOURS", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("data").GetProperty("book").ValueKind);
    }

    [Theory]
    [InlineData("{ books(first: 0) { totalCount } }")]
    [InlineData("{ books(first: 501) { totalCount } }")]
    [InlineData("{ books(first: 1, last: 1) { totalCount } }")]
    public async Task A_page_that_makes_no_sense_is_refused(string document) => Assert.Contains("BAD_PAGE", await AskAsync(document), StringComparison.Ordinal);

    [Fact]
    public async Task A_stream_becomes_a_subscription()
    {
        var stream = Assert.IsType<ResponseStream>(await Executor().ExecuteAsync(Request("subscription { ticks(from: 5) }")));
        var told = new List<string>();
        await foreach (var message in stream.ReadResultsAsync()) told.Add(message.ToJson());
        Assert.Equal(["""{"data":{"ticks":5}}""", """{"data":{"ticks":6}}""", """{"data":{"ticks":7}}"""], told);
    }

    private static Schema Shop() => AnnotatedSchema.Create(Types, new BindingOptions
    {
        IsService = type => type == typeof(Store),
        Authorize = (_, policy) => throw new GraphQLException(new Error($"only the {policy} may see that", []) { Code = "NOT_YOURS" }),
    });

    private static RequestExecutor Executor() => new(Shop());

    private OperationRequest Request(string document) => new()
    {
        Document = document, Services = new ServiceCollection().AddSingleton(store).BuildServiceProvider(), ContextData = new Dictionary<string, object?> { ["user"] = "Ada" },
    };

    private async Task<string> AskAsync(string document) => ((OperationResult)await Executor().ExecuteAsync(Request(document))).ToJson();
}
