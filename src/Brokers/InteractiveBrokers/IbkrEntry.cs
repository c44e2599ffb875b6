using EventSourcedTrading.Brokers.Http;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>
/// Sends orders and changes and answers what the broker asks of them: yes to the messages of the allow list, no to all others. One at a
/// time: until the broker has acknowledged one it does not want the next.
/// </summary>
internal sealed class IbkrEntry(IbkrClient client, IbkrOptions options, TimeProvider time) : IDisposable
{
    /// <summary>An order that raises more is not confirmed.</summary>
    public const int MaxQuestions = 10;

    private readonly SemaphoreSlim turn = new(1, 1);

    public async Task<IbkrReply> SendAsync(string path, byte[] body, CancellationToken ct)
    {
        if (await TurnAsync(ct) is { } why) return new(IbkrReplyKind.Refused, null, why, []);
        try
        {
            var said = IbkrReply.Read(await client.OrderAsync(HttpMethod.Post, path, body, repeats: true, ct), asked: false, client.Http);
            for (var asked = 0; said.Kind == IbkrReplyKind.Asked; asked++)
            {
                if (asked == MaxQuestions) return await DeclineAsync(said, $"the broker asks more than {MaxQuestions} questions", ct);
                if (said.MessageIds.Count == 0 || !said.MessageIds.All(options.Confirmed.Contains))
                    return await DeclineAsync(said, $"the broker asks what is not confirmed here ({string.Join(", ", said.MessageIds.DefaultIfEmpty("no message id"))})", ct);
                said = IbkrReply.Read(await ReplyAsync(said.Id!, yes: true, ct), asked: true, client.Http);
            }

            return said;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<string?> TurnAsync(CancellationToken ct)
    {
        // A few calls with all their questions; who waits longer is better told so while his price is still a price.
        var longest = options.Limits.LongestWait + (options.Limits.Timeout * 2);
        using var late = new CancellationTokenSource(longest, time);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await turn.WaitAsync(bounded.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return ct.IsCancellationRequested ? "not asked: given up by the caller" : $"not asked: other orders were not acknowledged within {longest.TotalSeconds:0.###} s";
        }
    }

    /// <summary>Without an answer the question lapses by itself; saying no makes it certain sooner, and is not sure to be heard.</summary>
    private async Task<IbkrReply> DeclineAsync(IbkrReply question, string why, CancellationToken ct)
    {
        await ReplyAsync(question.Id!, yes: false, ct);
        return new(IbkrReplyKind.Declined, null, $"{why}: {question.Text}", []);
    }

    private Task<OrderOutcome> ReplyAsync(string id, bool yes, CancellationToken ct) =>
        client.OrderAsync(HttpMethod.Post, $"iserver/reply/{Uri.EscapeDataString(id)}", IbkrBodies.Confirmed(yes), repeats: false, ct);
}
