using EventSourcedTrading.Testing;

namespace EventSourcedTrading.Brokers.Tests;

/// <summary>Plays seeded scripts, four at a time, and counts the answers that they got.</summary>
public sealed class FaultScripts
{
    private const int AtOnce = 4, MaxTries = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<ReplyKind, int> answers = [];

    /// <param name="few">Scripts, or with EST_SOAK=1 <paramref name="many"/>; see <see cref="Seeds"/>.</param>
    public static async Task PlayAsync(ITestOutputHelper output, int few, int many, Func<int, FaultScripts, Task> play)
    {
        var (seeds, scripts) = (Seeds.Chosen(few, many), new FaultScripts());
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
        {
            try
            {
                await play(seed, scripts);
            }
            catch (Exception e)
            {
                output.WriteLine($"EST_SEED={seed} plays it again: {e.Message}");
                throw;
            }
        });

        output.WriteLine($"seeds {seeds[0]} to {seeds[^1]}; answers: {string.Join(", ", scripts.answers.OrderBy(a => a.Key).Select(a => $"{a.Value} {a.Key}"))}");
        if (seeds.Count < few) return;
        // Else the faults have not struck and nothing was tried.
        Assert.True(scripts.Answers(ReplyKind.Unknown) > seeds.Count && scripts.Answers(ReplyKind.Accepted) > seeds.Count && scripts.Answers(ReplyKind.Refused) > 0);
    }

    public BrokerReply Count(BrokerReply reply)
    {
        lock (gate) answers[reply.Kind] = Answers(reply.Kind) + 1;
        return reply;
    }

    /// <summary>Asks until the broker answers: it is safe to ask again, faults strike by chance, and a busy machine answers late.</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await question();
            }
            catch (BrokerException) when (tries < MaxTries)
            {
                // Once more.
            }
        }
    }

    private int Answers(ReplyKind kind) => answers.GetValueOrDefault(kind);
}
