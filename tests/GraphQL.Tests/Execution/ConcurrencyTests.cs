using System.Text.Json;
using EventSourcedTrading.Testing;
using HotChocolate.Execution;
using HotChocolate.Language;
using HotChocolate.Validation;

namespace EventSourcedTrading.GraphQL.Tests.Execution;

/// <summary>Requests that share an executor, its cache and its plans do not see each other.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Many_at_once_get_the_answers_that_each_gets_alone()
    {
        foreach (var seed in Seeds.Chosen(5, 200))
        {
            var (schema, random) = (new ValuedSchema(seed).Schema, new Random(seed));
            var options = new RequestOptions { Parser = ParserOptions.Trusted, Validation = ValidationOptions.Unlimited, MaxCost = long.MaxValue, MaxCachedDocuments = 20 };
            var requests = Enumerable.Range(0, 30).Select(_ => Request(new RandomRequest(schema, random))).ToList();
            var alone = new List<string>();
            foreach (var request in requests) alone.Add(await AnswerAsync(new RequestExecutor(schema, options), request));
            var shared = new RequestExecutor(schema, options);
            await Parallel.ForEachAsync(Enumerable.Range(0, 30 * 20), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            {
                var which = i * 7 % requests.Count;
                var answer = await AnswerAsync(shared, requests[which]);
                Assert.True(alone[which] == answer, $"seed {seed}: {requests[which].Document}\nalone {alone[which]}\nhere  {answer}");
            });
        }
    }

    private static OperationRequest Request(RandomRequest random) =>
        new() { Document = random.Text, Variables = JsonSerializer.SerializeToElement(random.Variables), RootValue = ValueRule.Root };

    private static async Task<string> AnswerAsync(RequestExecutor executor, OperationRequest request)
    {
        await using var result = (OperationResult)await executor.ExecuteAsync(request);
        return result.ToJson();
    }
}
