using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Types;

public sealed class SchemaTests
{
    [Fact]
    public void An_object_that_only_an_interface_leads_to_is_a_possible_type_of_it()
    {
        var node = new InterfaceType("Node");
        node.Fields.Add(new OutputField("id", new NonNullType(Scalars.Id)));
        var order = new ObjectType("Order");
        order.Interfaces.Add(node);
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("node", node));

        var schema = Schema.Create(query, types: [order]);

        Assert.Equal([order], schema.PossibleTypes(node));
        Assert.Same(Scalars.Id, schema.Types["ID"]);
    }

    [Fact]
    public void Two_types_of_one_name_are_refused()
    {
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("a", new ObjectType("Twin")));
        query.Fields.Add(new OutputField("b", new ObjectType("Twin")));

        Assert.Contains("Twin", Assert.Throws<SchemaException>(() => Schema.Create(query)).Message, StringComparison.Ordinal);
    }
}
