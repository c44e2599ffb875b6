using EventSourcedTrading.Testing;

namespace EventSourcedTrading.GraphQL.Tests.Types;

/// <summary>Schemas that a seed makes, whole and broken: the same verdicts, texts and changes as graphql-js.</summary>
public sealed class RandomSchemaTests(GraphQLJs js)
{
    public static TheoryData<int> SeedsOf => [.. Seeds.Chosen(4, 200)];

    [Theory]
    [MemberData(nameof(SeedsOf))]
    public async Task A_schema_is_built_and_printed_as_by_graphql_js_whole_or_broken(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var sdl = RandomSchema.Make(random);
            Assert.NotNull(Ours.Schema(sdl).Printed ?? throw new InvalidOperationException($"seed {seed}: {sdl}\n{string.Join('\n', (object[])(Ours.Schema(sdl).Errors ?? []))}"));
            await Differential.SameSchemaAsync(js, sdl, $"seed {seed}");
            for (var broken = 0; broken < 4; broken++)
            {
                var text = Mutation.InWords(random, sdl);
                await Differential.SameSchemaAsync(js, text, $"seed {seed}: {text}");
            }
        }
    }
}
