using EventSourcedTrading.Testing;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Validation;

/// <summary>Requests that a seed makes to schemas that it makes: the same errors at the same places as graphql-js.</summary>
public sealed class RandomDocumentTests(GraphQLJs js, ITestOutputHelper output)
{
    public static TheoryData<int> SeedsOf => [.. Seeds.Chosen(6, 300)];

    [Theory]
    [MemberData(nameof(SeedsOf))]
    public async Task A_request_gets_the_verdict_of_graphql_js(int seed)
    {
        var random = new Random(seed);
        var (made, valid) = (0, 0);
        for (var i = 0; i < 10; i++)
        {
            var sdl = RandomSchema.Make(random);
            var schema = SchemaBuilder.FromSdl(sdl);
            var documents = Enumerable.Range(0, 60).Select(n => RandomDocument.Make(random, schema, (n % 4) switch { 0 => 0, 1 => 200, 2 => 60, _ => 15 })).ToList();
            documents.AddRange(documents.Take(20).Select(d => Mutation.InWords(random, d)).ToList());
            try
            {
                valid += await Differential.SameValidationAsync(js, sdl, documents);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, schema:\n{sdl}", e);
            }

            made += documents.Count;
        }

        output.WriteLine($"seed {seed}: {made} documents, {valid} valid");
        Assert.InRange(valid, made / 20, made); // the maker must know how to write a right one
    }
}
