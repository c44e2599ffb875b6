using System.Globalization;
using EventSourcedTrading.MarketData;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>Tells on standard error what was left out of the data: how often by each rule, and the first few.</summary>
internal static class ExclusionNote
{
    private const int Rules = 8, Rows = 3;

    /// <param name="list">File that has them all, or the first thousand; null for none.</param>
    public static void Write(Exclusions left, string? list = null)
    {
        if (left.Count == 0) return;
        var most = left.ByRule.OrderByDescending(r => r.Value).Take(Rules).Select(r => $"{Whole(r.Value)} × {r.Key}");
        Terminal.Note($"{Whole(left.Count)} left out of the data: {string.Join(", ", most)}{(left.ByRule.Count > Rules ? ", …" : "")}");
        foreach (var row in left.Listed.Take(Rows)) Terminal.Note($"  {row}");
        if (left.Count > Rows) Terminal.Note("  …");
        if (list is not null) Terminal.Note($"  {(left.Count > left.Listed.Count ? $"the first {Whole(left.Listed.Count)}" : "all")} are in {list}");
    }

    private static string Whole(long n) => n.ToString("#,0", CultureInfo.InvariantCulture);
}
