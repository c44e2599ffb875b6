using System.Runtime.CompilerServices;
using HotChocolate.Types;

namespace HotChocolate.Execution;

/// <summary>The source of a subscription, and its messages as responses (specification, section 6.2.3).</summary>
internal static class Subscription
{
    /// <exception cref="GraphQLException">The source could not be opened.</exception>
    public static async Task<IAsyncEnumerable<object?>> OpenAsync(OperationContext context, object root)
    {
        if (context.Plan.Root.Error is { } error) throw error;
        if (context.Plan.Root.Fields is not [var field, ..])
            throw new GraphQLException(new Error($"The subscription field \"{FieldName(context)}\" is not defined.", context.Plan.Operation.Location));
        var path = Path.Of(null, field.ResponseName);
        try
        {
            if (context.ArgumentsOf(field) is not Dictionary<string, object?> arguments) throw (Exception)context.ArgumentsOf(field);
            if (field.Field.SubscribeResolver is not { } subscribe) throw new GraphQLException("Subscription field must return Async Iterable. Received: undefined.");
            return await subscribe(new ResolverTask(context, new ObjectNode(context.Plan.Root, root, null, null, -1), field, arguments));
        }
        catch (Exception e) when (!context.Aborted.IsCancellationRequested)
        {
            throw new GraphQLException(context.Failed(e, path, field.Nodes).Errors);
        }
    }

    /// <summary>One response for each message. The source is asked for the next one when the reader asks. An error of the source is the last response, without data.</summary>
    public static async IAsyncEnumerable<OperationResult> ReadAsync(
        OperationContext context, IAsyncEnumerable<object?> source, Func<object?, CancellationToken, ValueTask<OperationResult>> respond,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Aborted);
        await using var messages = source.GetAsyncEnumerator(both.Token);
        while (true)
        {
            bool more;
            Failure? failure = null;
            try
            {
                more = await messages.MoveNextAsync();
            }
            catch (Exception e) when (!both.IsCancellationRequested)
            {
                var field = context.Plan.Root.Fields[0];
                (more, failure) = (false, context.Failed(e, Path.Of(null, field.ResponseName), field.Nodes));
            }

            if (failure is not null) yield return OperationResult.Refused(failure.Errors);
            if (!more) yield break;
            yield return await respond(messages.Current, both.Token);
        }
    }

    private static string FieldName(OperationContext context) =>
        context.Plan.Operation.SelectionSet.Selections.OfType<Language.FieldNode>().FirstOrDefault()?.Name.Value ?? "";
}
