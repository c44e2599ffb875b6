using System.Runtime.CompilerServices;
using HotChocolate.Types;

namespace EventSourcedTrading.GraphQL.Tests.Serving;

/// <summary>Something to serve: a value, an echo, a counter to change, a slow field, a failing one, and decisions that can be followed from any number on.</summary>
internal static class SampleSchema
{
    public const int Decisions = 60;

    /// <param name="before">What a decision waits for, by its number.</param>
    public static Schema Create(Func<int, CancellationToken, Task>? before = null, Action<int>? asked = null)
    {
        var query = new ObjectType("Query");
        query.Fields.Add(new OutputField("hello", Scalars.String) { PureResolver = _ => "world" });
        query.Fields.Add(With(new OutputField("echo", Scalars.String) { Resolver = c => new(c.ArgumentValue<string?>("text")) }, new InputField("text", Scalars.String)));
        query.Fields.Add(new OutputField("fail", Scalars.String) { Resolver = _ => throw new InvalidOperationException("the secret is 42") });
        query.Fields.Add(new OutputField("sure", new NonNullType(Scalars.String)) { Resolver = _ => new((object?)null) });
        query.Fields.Add(new OutputField("slow", Scalars.String) { Resolver = SlowAsync });
        query.Fields.Add(new OutputField("self", query) { PureResolver = parent => parent });
        query.Fields.Add(With(
            new OutputField("numbers", new ListType(Scalars.Int)) { Resolver = c => new(Enumerable.Range(0, c.ArgumentValue<int>("first"))), SlicingArgument = "first" },
            new InputField("first", new NonNullType(Scalars.Int))));
        query.Fields.Add(new OutputField("caller", Scalars.String) { Resolver = c => new(c.ContextData.GetValueOrDefault("caller")) });

        var total = 0;
        var mutation = new ObjectType("Mutation");
        mutation.Fields.Add(With(new OutputField("add", Scalars.Int) { Resolver = c => new(Interlocked.Add(ref total, c.ArgumentValue<int>("n"))) }, new InputField("n", new NonNullType(Scalars.Int))));

        var decision = new ObjectType("Decision");
        decision.Fields.Add(new OutputField("position", new NonNullType(Scalars.Int)) { PureResolver = n => n });
        decision.Fields.Add(new OutputField("why", Scalars.String) { PureResolver = n => $"decision {n}" });
        var subscription = new ObjectType("Subscription");
        subscription.Fields.Add(With(
            new OutputField("decisions", decision) { SubscribeResolver = c => new(FollowAsync(c.ArgumentValue<int>("after"), before, asked)) },
            new InputField("after", Scalars.Int, defaultValue: new HotChocolate.Language.IntValueNode(default, "0"))));
        subscription.Fields.Add(new OutputField("broken", Scalars.Int) { SubscribeResolver = c => new(BreakAsync()) });
        subscription.Fields.Add(new OutputField("refused", Scalars.Int) { SubscribeResolver = _ => throw new HotChocolate.GraphQLException("no") });
        subscription.Fields.Add(new OutputField("silent", Scalars.Int) { SubscribeResolver = c => new(NothingAsync()) });
        return Schema.Create(query, mutation, subscription);
    }

    public static OutputField With(OutputField field, params InputField[] arguments)
    {
        foreach (var argument in arguments) field.Arguments.Add(argument);
        return field;
    }

    private static async ValueTask<object?> SlowAsync(HotChocolate.Resolvers.IResolverContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
        return "late";
    }

    private static async IAsyncEnumerable<object?> FollowAsync(int after, Func<int, CancellationToken, Task>? before, Action<int>? asked, [EnumeratorCancellation] CancellationToken ct = default)
    {
        for (var position = after + 1; position <= Decisions; position++)
        {
            if (before is not null) await before(position, ct);
            asked?.Invoke(position);
            yield return position;
        }
    }

    private static async IAsyncEnumerable<object?> BreakAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        yield return 1;
        await Task.Delay(1, ct);
        throw new InvalidOperationException("the secret is 42");
    }

    private static async IAsyncEnumerable<object?> NothingAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await Task.Delay(Timeout.Infinite, ct);
        yield break;
    }
}
