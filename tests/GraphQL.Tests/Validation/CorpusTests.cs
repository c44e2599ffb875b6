using EventSourcedTrading.GraphQL.Tests.Corpus;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

/// <summary>Documents for each rule: the same errors at the same places as graphql-js.</summary>
public sealed class CorpusTests(GraphQLJs js)
{
    public static TheoryData<string> Files => [.. CorpusFiles.DocumentFiles];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_document_gets_the_verdict_of_graphql_js(string file)
    {
        var (schema, documents) = CorpusFiles.Documents(file);

        await Differential.SameValidationAsync(js, CorpusFiles.Schema(schema), documents);
        await Differential.SameParseAsync(js, documents);
    }
}
