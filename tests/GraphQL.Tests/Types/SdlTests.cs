using EventSourcedTrading.GraphQL.Tests.Corpus;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Types;

/// <summary>Schemas from text: the same schema, and the same complaints, as graphql-js.</summary>
public sealed class SdlTests(GraphQLJs js)
{
    public static TheoryData<string> Schemas => [.. CorpusFiles.SchemaNames];

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task A_schema_is_printed_as_graphql_js_prints_it_and_read_again_is_the_same(string name)
    {
        var sdl = CorpusFiles.Schema(name);
        var theirs = await js.SchemaAsync(sdl);

        var ours = Ours.Schema(sdl);

        Assert.Null(theirs.Error ?? theirs.Errors?.FirstOrDefault());
        Assert.Equal(theirs.Printed, ours.Printed);
        Assert.Equal(ours.Printed, Ours.Schema(ours.Printed!).Printed);
    }

    [Fact]
    public async Task A_schema_that_breaks_rules_is_refused_with_the_same_errors()
    {
        foreach (var sdl in CorpusFiles.BrokenSchemas) await Differential.SameSchemaAsync(js, sdl, sdl);
    }

    [Theory]
    [InlineData("type Query { a: Int @deprecated(reason: null) }", "must not be null")]
    [InlineData("type Query { a(x: Int = \"5\"): Int }", "The default value of Query.a(x:) is not of its type: Int cannot represent non-integer value: \"5\"")]
    [InlineData("type Query { a(x: I): Int } input I { a: Int! = null b: E = C } enum E { A }", "The default value of I.a is not of its type: Expected value of type \"Int!\", found null.")]
    [InlineData("directive @d(x: O = {}) on FIELD input O @oneOf { a: Int b: Int } type Query { a: Int }", "OneOf Input Object \"O\" must specify exactly one key.")]
    [InlineData("type Query { a(x: A): Int } input A { b: B = {} } input B { a: A = {} }", "contains itself through the default values of: A.b, B.a")]
    [InlineData("type Query { a(x: A): Int } input A { a: [A] = [{b: 1}] b: Int }", "contains itself")]
    [InlineData("type Query implements I { a: Int @deprecated } interface I { a: Int }", "Interface field I.a is not deprecated, so implementation field Query.a must not be deprecated.")]
    [InlineData("type Query { a: Int } query Q { a }", "operations and fragments are for requests")]
    [InlineData("type Query { a(x: O): Int } input O { a: Int } extend input O @oneOf", "may not be used on an extension")]
    public void What_September_2025_refuses_and_graphql_js_does_not(string sdl, string why)
    {
        Assert.Contains(Assert.Throws<SchemaException>(() => SchemaBuilder.FromSdl(sdl)).Errors, e => e.Message.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_and_kinds_that_no_text_could_have_are_found_in_types_made_by_hand()
    {
        var names = new EnumType("9lives");
        names.Values.Add(new EnumValue("true"));
        names.Values.Add(new EnumValue("with space"));
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("", names));

        var messages = SchemaValidator.Validate(Schema.Create(query)).Select(e => e.Message).Order(StringComparer.Ordinal);

        Assert.Equal(
            ["Enum values cannot be named: true", "Expected name to be a non-empty string.", "Names must only contain [_a-zA-Z0-9] but \"with space\" does not.", "Names must start with [_a-zA-Z] but \"9lives\" does not."],
            messages);
    }
}
