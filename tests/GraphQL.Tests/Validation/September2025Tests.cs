using HotChocolate.Execution;
using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

/// <summary>Where the specification of September 2025 and graphql-js 16 do not judge alike.</summary>
public sealed class September2025Tests
{
    private static readonly Schema Pets = SchemaBuilder.FromSdl(Corpus.CorpusFiles.Schema("pets"));

    [Theory]
    [InlineData("mutation { a }", "Schema is not configured to execute mutation operation.")]
    [InlineData("subscription S { a }", "Schema is not configured to execute subscription operation.")]
    public void An_operation_has_a_root_type(string document, string message) =>
        Assert.Equal(message, Assert.Single(DocumentValidator.Validate(SchemaBuilder.FromSdl("type Query { a: Int }"), Utf8GraphQLParser.Parse(document))).Message);

    [Fact]
    public void A_null_of_a_oneOf_field_cannot_come_through_a_variable()
    {
        var errors = DocumentValidator.Validate(
            SchemaBuilder.FromSdl("type Query { f(o: O!): Int } input O @oneOf { a: Int b: Int }"), Utf8GraphQLParser.Parse("query ($v: Int) { f(o: {a: $v}) }"));

        Assert.Equal("Variable \"$v\" is of type \"Int\" but must be non-nullable to be used for OneOf Input Object \"O\".", Assert.Single(errors).Message);
    }

    [Fact]
    public async Task A_oneOf_field_takes_a_nullable_variable_with_a_default_and_refuses_null_when_it_comes()
    {
        var field = new OutputField("f", Scalars.Int) { Resolver = context => new((context.ArgumentValue<IReadOnlyDictionary<string, object?>>("o"))["a"]) };
        var oneOf = new InputObjectType("O") { IsOneOf = true };
        oneOf.Fields.Add(new InputField("a", Scalars.Int));
        field.Arguments.Add(new InputField("o", oneOf));
        var query = new ObjectType("Query");
        query.Fields.Add(field);
        var executor = new RequestExecutor(Schema.Create(query));

        Assert.Equal("""{"data":{"f":7}}""", await AskAsync("{}"));
        Assert.Equal("""{"data":{"f":8}}""", await AskAsync("""{"v":8}"""));
        Assert.Contains("Argument \\\"o\\\" has invalid value", await AskAsync("""{"v":null}"""), StringComparison.Ordinal);
        Assert.Single(DocumentValidator.Validate(executor.Schema, Utf8GraphQLParser.Parse("query ($v: Int = null) { f(o: {a: $v}) }")));

        async Task<string> AskAsync(string variables) => ((OperationResult)await executor.ExecuteAsync(new OperationRequest
        {
            Document = "query ($v: Int = 7) { f(o: {a: $v}) }", Variables = System.Text.Json.JsonElement.Parse(variables),
        })).ToJson();
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_number_beyond_IEEE_754_is_no_Float(string number) =>
        Assert.Equal($"Float cannot represent non numeric value: {number}", Assert.Single(
            DocumentValidator.Validate(SchemaBuilder.FromSdl("type Query { f(x: Float): Int }"), Utf8GraphQLParser.Parse($"{{ f(x: {number}) }}"))).Message);

    [Fact]
    public void An_escape_may_begin_with_any_number_of_zeros()
    {
        Assert.Equal("A\U0001F600\0", ((StringValueNode)Utf8GraphQLParser.ParseValue("\"\\u{000000000000041}\\u{0001F600}\\u{0}\"")).Value);
        foreach (var wrong in new[] { "\\u{}", "\\u{00000000000110000}", "\\u{0000000000D800}", "\\u{000", "\\u{00000000000FFFFFFFFF}", "\\u{100000000}" })
            Assert.Throws<SyntaxException>(() => Utf8GraphQLParser.ParseValue($"\"{wrong}\""));
    }

    [Theory]
    [InlineData("schema { query: Q mutation: Q } type Q { a: Int }", "All root types must be different, \"Q\" type is used as query and mutation root types.")]
    [InlineData("type Query { a: Int } directive @a(x: Int @a) on ARGUMENT_DEFINITION", "Directive \"@a\" must not reference itself, be it through its arguments' directives or types.")]
    [InlineData("type Query { a: Int } input I { n: Int x: E } enum E { V @a } directive @a(x: [I!]) on ENUM_VALUE", "Directive \"@a\" must not reference itself, be it through its arguments' directives or types.")]
    [InlineData("type Query { a: Int } scalar S extend scalar S @b directive @a(x: S) on ARGUMENT_DEFINITION directive @b(x: Int @a) on SCALAR",
        "Directive \"@a\" must not reference itself, be it through its arguments' directives or types.\nDirective \"@b\" must not reference itself, be it through its arguments' directives or types.")]
    public void A_schema_has_no_root_twice_and_no_directive_that_needs_itself(string sdl, string messages) =>
        Assert.Equal(messages, string.Join('\n', Assert.Throws<SchemaException>(() => SchemaBuilder.FromSdl(sdl)).Errors.Select(e => e.Message)));

    [Fact]
    public void A_type_with_the_usual_name_of_a_root_is_none_when_the_schema_is_read_back()
    {
        var printed = SchemaPrinter.Print(SchemaBuilder.FromSdl("schema { query: Query } type Query { a: Mutation } type Mutation { b: Int }"));

        Assert.StartsWith("schema {\n  query: Query\n}", printed, StringComparison.Ordinal);
        Assert.Null(SchemaBuilder.FromSdl(printed).MutationType);
    }

    [Theory]
    [InlineData("subscription S($v: Boolean!) { name @skip(if: $v) births @include(if: $v) { name } }", "Subscription \"S\" must not use `@skip` or `@include` directives in the top level selection.")]
    [InlineData("subscription { ... @include(if: true) { name } }", "Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection.")]
    public void What_a_subscription_opens_does_not_depend_on_variables(string document, string message) =>
        Assert.Equal(message, Assert.Single(DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse(document))).Message);
}
