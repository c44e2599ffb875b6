using HotChocolate.Language;
using HotChocolate.Types;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

public sealed class LimitTests
{
    private static readonly Schema Pets = SchemaBuilder.FromSdl(Corpus.CorpusFiles.Schema("pets"));
    private static readonly ValidationOptions Tight = new() { MaxDepth = 3, MaxFields = 10, MaxAliases = 2, MaxRootFields = 3, MaxDirectives = 2 };

    [Theory]
    [InlineData("{ dog { mother { mother { name } } } }", "The operation nests fields 4 deep once its fragments are in their place; 3 are allowed.")]
    [InlineData("query Q { dog { ...A } } fragment A on Dog { mother { ...B } } fragment B on Dog { mother { name } }", "The operation \"Q\" nests fields 4 deep once its fragments are in their place; 3 are allowed.")]
    [InlineData("{ dog { ...A ...A ...A } } fragment A on Dog { name nickname barks barkVolume }", "The operation selects 13 fields once its fragments are in their place; 10 are allowed.")]
    [InlineData("{ a: dog { b: name c: name } }", "The operation has 3 aliases once its fragments are in their place; 2 are allowed.")]
    [InlineData("{ ...R ... { ...R } } fragment R on QueryRoot { dog { name } cat { name } }", "The operation selects 4 fields of its root once its fragments are in their place; 3 are allowed.")]
    [InlineData("{ dog @onField @onField @onField { name } }", "3 directives stand in one place; 2 are allowed.")]
    [InlineData("{ dog { name } } fragment Unused on Dog { name @a @b @c }", "3 directives stand in one place; 2 are allowed.")]
    public void A_document_beyond_a_limit_is_told_which_and_nothing_else(string document, string message) =>
        Assert.Equal([message], DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse(document), Tight).Select(e => e.Message));

    [Theory]
    [InlineData("{ dog { mother { name } } }")]
    [InlineData("{ dog { ...A ...A } } fragment A on Dog { name nickname barks barkVolume }")]
    [InlineData("{ a: dog { b: name } }")]
    [InlineData("{ dog { name } cat { name } pet { name } }")]
    public void A_document_just_within_is_valid(string document) => Assert.Empty(DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse(document), Tight));

    [Fact]
    public void Where_introspection_is_not_allowed_neither_it_nor_suggestions_tell_the_schema()
    {
        var errors = DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse("{ __schema { queryType { name } } t: __type(name: \"Dog\") { name } dog { nam __typename } }"), new() { IntrospectionAllowed = false });

        Assert.Equal(
            ["Cannot query field \"nam\" on type \"Dog\".", "GraphQL introspection has been disabled, but the requested query contained the field \"__schema\".", "GraphQL introspection has been disabled, but the requested query contained the field \"__type\"."],
            errors.Select(e => e.Message).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void More_errors_than_the_limit_end_the_validation()
    {
        var errors = DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse($"{{ dog {{ {string.Join(' ', Enumerable.Range(0, 200).Select(i => $"x{i}"))} }} }}"));

        Assert.Equal(101, errors.Count);
        Assert.Equal("Too many validation errors, error limit reached. Validation aborted.", errors[100].Message);
    }

    [Fact]
    public void The_introspection_of_usual_tools_is_within_the_defaults()
    {
        var (_, documents) = Corpus.CorpusFiles.Documents("introspection");

        Assert.Empty(DocumentValidator.Validate(Pets, Utf8GraphQLParser.Parse(documents[0])));
    }
}
