using EventSourcedTrading.Testing;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Types;

/// <summary>What a change of a schema does to clients: the findings of graphql-js.</summary>
public sealed class ComparisonTests(GraphQLJs js, ITestOutputHelper output)
{
    public static TheoryData<int> SeedsOf => [.. Seeds.Chosen(3, 100)];

    [Theory]
    [InlineData("a: Int!", "a: Int", "Query.a changed type from Int! to Int.")]
    [InlineData("a: Int", "b: Int", "Query.a was removed.")]
    [InlineData("a(x: Int): Int", "a(x: Int!): Int", "Query.a arg x has changed type from Int to Int!.")]
    [InlineData("a: Int", "a(x: Int!): Int", "A required arg x on Query.a was added.")]
    public void A_change_that_breaks_requests_is_told(string old, string @new, string description)
    {
        var change = Assert.Single(SchemaComparison.BreakingChanges(SchemaBuilder.FromSdl($"type Query {{ {old} }}"), SchemaBuilder.FromSdl($"type Query {{ {@new} }}")));

        Assert.Equal(description, change.Description);
    }

    [Theory]
    [InlineData("a: Int", "a: Int!")]
    [InlineData("a: Int", "a: Int b: Int")]
    [InlineData("a(x: Int!): Int", "a(x: Int): Int")]
    [InlineData("a: Int", "a(x: Int): Int @deprecated")]
    public void A_change_that_breaks_nothing_is_not(string old, string @new) =>
        Assert.Empty(SchemaComparison.BreakingChanges(SchemaBuilder.FromSdl($"type Query {{ {old} }}"), SchemaBuilder.FromSdl($"type Query {{ {@new} }}")));

    [Theory]
    [MemberData(nameof(SeedsOf))]
    public async Task Schemas_differ_as_graphql_js_says(int seed)
    {
        var random = new Random(seed);
        var (pairs, found) = (0, 0);
        for (var i = 0; i < 40; i++)
        {
            var old = RandomSchema.Make(random);
            var all = Enumerable.Range(0, 30).Select(_ => Mutation.InWords(random, old)).Where(sdl => Ours.Schema(sdl).Printed is not null).Take(4).Append(RandomSchema.Make(random)).Append(old);
            foreach (var @new in all)
            {
                var theirs = await js.ChangesAsync(old, @new);
                var (before, after) = (SchemaBuilder.FromSdl(old), SchemaBuilder.FromSdl(@new));
                Assert.Equal(theirs.Breaking.Order(StringComparer.Ordinal), SchemaComparison.BreakingChanges(before, after).Select(c => $"{c.Kind}: {c.Description}").Order(StringComparer.Ordinal));
                Assert.Equal(theirs.Dangerous.Order(StringComparer.Ordinal), SchemaComparison.DangerousChanges(before, after).Select(c => $"{c.Kind}: {c.Description}").Order(StringComparer.Ordinal));
                (pairs, found) = (pairs + 1, found + theirs.Breaking.Length + theirs.Dangerous.Length);
            }
        }

        output.WriteLine($"seed {seed}: {pairs} pairs, {found} changes");
        Assert.True(found > pairs, "the pairs must differ");
    }
}
