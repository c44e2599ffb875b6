using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

public sealed class CostTests
{
    private static readonly Schema Shop = Make();

    [Theory]
    [InlineData("{ name }", 0)]
    [InlineData("{ orders(first: 5) { price } }", 3 + (5 * 2))]
    [InlineData("{ orders { price } }", 3 + (20 * 2))] // by the argument's default
    [InlineData("{ orders(first: null) { price } }", 3 + (7 * 2))] // by the assumed size
    [InlineData("{ orders(first: 0) { price } }", 3)]
    [InlineData("{ orders(first: -5) { price } }", 3)]
    [InlineData("{ a: orders(first: 1) { price } b: orders(first: 2) { price name } }", 3 + 2 + 3 + 4)]
    [InlineData("query ($n: Int) { orders(first: $n) { price } }", 3 + (4 * 2))]
    [InlineData("query ($absent: Int) { orders(first: $absent) { price } }", 3 + (20 * 2))]
    [InlineData("{ page(first: 6) { nodes { price } total } }", 1 + (1 + (6 * 2)) + 2)] // a connection tells the lists right below it
    [InlineData("{ page { nodes { price } } }", 1 + 1 + (10 * 2))]
    [InlineData("{ orders(first: 2) { orders(first: 3) { orders(first: 4) { price } } } }", 3 + (2 * (3 + (3 * (3 + (4 * 2))))))]
    [InlineData("{ ...F ...F } fragment F on Query { orders(first: 1) { ...G } } fragment G on Order { price }", 2 * (3 + 2))]
    [InlineData("{ page(first: 3) { ...P } page(first: 5) { ...P } } fragment P on Page { nodes { price } }", 2 + (1 + (3 * 2)) + (1 + (5 * 2)))]
    [InlineData("query ($no: Boolean!) { orders(first: 5) @include(if: $no) { price } orders(first: 5) @skip(if: true) { price } ... @skip(if: $no) { orders(first: 1) { price } } }", 3 + 2)]
    [InlineData("{ orders(first: 2147483647) { orders(first: 2147483647) { orders(first: 2147483647) { price } } } }", long.MaxValue)]
    [InlineData("{ __typename orders(first: 1000) { __typename name } }", 3)]
    public void Cost_of_an_operation(string text, long cost)
    {
        var document = Utf8GraphQLParser.Parse(text);
        var operation = Assert.IsType<OperationDefinitionNode>(document.Definitions[0]);

        Assert.Equal(cost, CostAnalyzer.Analyze(Shop, document, operation, new Dictionary<string, object?> { ["n"] = 4, ["no"] = false }));
    }

    [Fact]
    public void Above_the_limit_it_is_refused_with_both_numbers()
    {
        var document = Utf8GraphQLParser.Parse("query Q { orders(first: 50) { price } }");
        var operation = Assert.IsType<OperationDefinitionNode>(document.Definitions[0]);
        var none = new Dictionary<string, object?>();

        Assert.Null(CostAnalyzer.Check(Shop, document, operation, none, 103));
        Assert.Equal("The operation \"Q\" may cost 103; 102 are allowed. Ask for fewer fields, or for shorter lists.", CostAnalyzer.Check(Shop, document, operation, none, 102)!.Message);
    }

    private static Schema Make()
    {
        var order = new ObjectType("Order");
        var (query, page) = (new ObjectType("Query"), new ObjectType("Page"));
        order.Fields.Add(new OutputField("price", Scalars.Int) { Cost = 2 });
        order.Fields.Add(new OutputField("name", Scalars.String) { Cost = 0 });
        order.Fields.Add(Sliced(new OutputField("orders", new ListType(order)) { Cost = 3, SlicingArgument = "first" }));
        page.Fields.Add(new OutputField("nodes", new NonNullType(new ListType(order))));
        page.Fields.Add(new OutputField("total", Scalars.Int) { Cost = 2 });
        query.Fields.Add(new OutputField("name", Scalars.String) { Cost = 0 });
        query.Fields.Add(Sliced(new OutputField("orders", new NonNullType(new ListType(new NonNullType(order)))) { Cost = 3, SlicingArgument = "first", AssumedSize = 7 }, 20));
        query.Fields.Add(Sliced(new OutputField("page", page) { SlicingArgument = "first" }));
        return Schema.Create(query);
    }

    private static OutputField Sliced(OutputField field, int? usual = null)
    {
        field.Arguments.Add(new InputField("first", Scalars.Int, defaultValue: usual is { } n ? new IntValueNode(default, $"{n}") : null));
        return field;
    }
}
