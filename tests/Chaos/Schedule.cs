using System.Globalization;

namespace EventSourcedTrading.Chaos;

public enum Victim { Worker, Replay, Nats, Postgres, PostgresSession }

/// <param name="At">After the start of the trial.</param>
/// <param name="Down">How long it stays away.</param>
public sealed record Kill(TimeSpan At, Victim Victim, TimeSpan Down)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.00} s {Victim} (back after {Down.TotalSeconds:0.00} s)");
}

/// <summary>What is killed when; the same seed, the same schedule.</summary>
public static class Schedule
{
    public static IReadOnlyList<Kill> Draw(int seed)
    {
        var random = new Random(seed);
        var kinds = Enum.GetValues<Victim>();
        // A shuffled round of all kinds first, so that a few seeds already meet each of them; then some more at random.
        random.Shuffle(kinds);
        var victims = kinds.Take(random.Next(3, 6)).Concat(Enumerable.Range(0, random.Next(0, 3)).Select(_ => kinds[random.Next(kinds.Length)])).ToList();
        return [.. victims.Select(v => new Kill(TimeSpan.FromSeconds(1 + (random.NextDouble() * 6)), v, TimeSpan.FromSeconds(random.NextDouble() * random.NextDouble() * 1.5))).OrderBy(k => k.At)];
    }
}
