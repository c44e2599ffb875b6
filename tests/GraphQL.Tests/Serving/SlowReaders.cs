using System.Runtime.CompilerServices;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>Subscriptions with more in them than the buffers on the way can take.</summary>
internal static class SlowReaders
{
    public const int Messages = 400;

    public static Schema Schema(Action<int> asked, TaskCompletionSource? ended = null)
    {
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("hello", Scalars.String) { PureResolver = _ => "world" });
        var subscription = new ObjectType("Subscription");
        subscription.Fields.Add(new OutputField("big", Scalars.String) { SubscribeResolver = _ => new(BigAsync(asked)) });
        subscription.Fields.Add(new OutputField("endless", Scalars.Int) { SubscribeResolver = _ => new(EndlessAsync(ended)) });
        return HotChocolate.Types.Schema.Create(query, null, subscription);
    }

    private static async IAsyncEnumerable<object?> BigAsync(Action<int> asked)
    {
        for (var i = 1; i <= Messages; i++)
        {
            await Task.Yield();
            asked(i);
            yield return $"{i} {new string('x', 100_000)}";
        }
    }

    private static async IAsyncEnumerable<object?> EndlessAsync(TaskCompletionSource? ended, [EnumeratorCancellation] CancellationToken ct = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                yield return i;
                await Task.Delay(10, ct);
            }
        }
        finally
        {
            ended?.TrySetResult();
        }
    }
}
