using FsCheck.Fluent;

namespace EventSourcedTrading.Domain.Tests;

/// <summary>Random histories from one seed, which FsCheck draws and prints when the property falls.</summary>
internal static class Draw
{
    public static void Property(int runs, Action<Random> property) =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true), Prop.ForAll(
            // Not sized: FsCheck's first integers are tiny, and the same few histories would be told again and again.
            ArbMap.Default.ArbFor<FsCheck.DoNotSize<int>>(), seed => property(new Random(seed.Item & int.MaxValue))));

    public static T Of<T>(this Random random, params T[] choices) => choices[random.Next(choices.Length)];

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Merges queues at random, each keeping its own order.</summary>
    public static List<T> Merge<T>(this Random random, IEnumerable<IEnumerable<T>> queues)
    {
        var waiting = queues.Select(q => new Queue<T>(q)).Where(q => q.Count > 0).ToList();
        List<T> merged = [];
        while (waiting.Count > 0)
        {
            var queue = waiting[random.Next(waiting.Count)];
            merged.Add(queue.Dequeue());
            if (queue.Count == 0) waiting.Remove(queue);
        }

        return merged;
    }
}
