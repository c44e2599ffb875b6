using HotChocolate.Types;

namespace HotChocolate.Validation;

/// <summary>Names that may have been meant, in the words and the order of graphql-js.</summary>
internal static class Suggestions
{
    private const int Most = 5;

    /// <summary>A longer name is no slip of the pen, and would cost too much to compare.</summary>
    private const int LongestName = 128;

    /// <returns>Empty where nothing is like the name.</returns>
    public static string For(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName) return "";
        var threshold = (int)(name.Length * 0.4) + 1;
        var near = known.Distinct(StringComparer.Ordinal).Select(option => (Option: option, Distance: Distance(name, option, threshold))).Where(n => n.Distance <= threshold);
        return DidYouMean([.. near.OrderBy(n => n.Distance).ThenBy(n => n.Option, NaturalOrder.Instance).Select(n => n.Option)]);
    }

    public static string DidYouMean(IReadOnlyList<string> names, string? what = null)
    {
        var quoted = names.Take(Most).Select(n => $"\"{n}\"").ToList();
        var list = quoted.Count switch
        {
            0 => null,
            1 => quoted[0],
            2 => $"{quoted[0]} or {quoted[1]}",
            _ => $"{string.Join(", ", quoted.SkipLast(1))}, or {quoted[^1]}",
        };
        return list is null ? "" : $" Did you mean {(what is null ? "" : what + " ")}{list}?";
    }

    /// <summary>Damerau and Levenshtein's (optimal string alignment) without regard to case, where another case alone counts as one; above the threshold it may be anything above it.</summary>
    private static int Distance(string name, string option, int threshold)
    {
        if (string.Equals(name, option, StringComparison.Ordinal)) return 0;
        var (a, b) = (name.ToLowerInvariant(), option.ToLowerInvariant());
        if (string.Equals(a, b, StringComparison.Ordinal)) return 1;
        if (Math.Abs(a.Length - b.Length) > threshold) return threshold + 1;
        var rows = new int[3][];
        for (var i = 0; i < 3; i++) rows[i] = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) rows[0][j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var (up, row) = (rows[(i - 1) % 3], rows[i % 3]);
            var smallest = row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cell = Math.Min(Math.Min(up[j] + 1, row[j - 1] + 1), up[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cell = Math.Min(cell, rows[(i - 2) % 3][j - 2] + 1);
                row[j] = cell;
                smallest = Math.Min(smallest, cell);
            }

            if (smallest > threshold) return threshold + 1;
        }

        return rows[a.Length % 3][b.Length];
    }
}
