using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

/// <summary>What the specification of September 2025 refuses and graphql-js 16 does not.</summary>
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

    [Theory]
    [InlineData("subscription S($v: Boolean!) { name @skip(if: $v) births @include(if: $v) { name } }", "Subscription \"S\" must not use `@skip` or `@include` directives in the top level selection.")]
    [InlineData("subscription { ... @include(if: true) { name } }", "Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection.")]
    public void What_a_subscription_opens_does_not_depend_on_variables(string document, string message) =>
        Assert.Equal(message, Assert.Single(DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse(document))).Message);
}
