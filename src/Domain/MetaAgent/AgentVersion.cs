using System.Globalization;

namespace EventSourcedTrading.Domain.MetaAgent;

/// <summary>The version in an agent's name, <c>name@version</c>, ordered by precedence as semver.org 2.0.0, section 11, has it.</summary>
public static class AgentVersion
{
    public static string NameOf(string agent) => agent[..agent.IndexOf('@', StringComparison.Ordinal)];

    /// <summary>Below zero if <paramref name="left"/> is the older version of the same strategy.</summary>
    public static int Compare(string left, string right)
    {
        var (core, pre) = Split(left);
        var (otherCore, otherPre) = Split(right);
        var order = Compare(core, otherCore, missing: "0");
        if (order != 0) return order;
        // A pre-release comes before its release.
        if (pre.Length == 0 || otherPre.Length == 0) return otherPre.Length - pre.Length;
        return Compare(pre, otherPre, missing: "");
    }

    /// <summary>Build metadata, behind a '+', has no part in precedence.</summary>
    private static (string[] Core, string[] Pre) Split(string agent)
    {
        var version = agent[(agent.IndexOf('@', StringComparison.Ordinal) + 1)..].Split('+')[0];
        var dash = version.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (version.Split('.'), []) : (version[..dash].Split('.'), version[(dash + 1)..].Split('.'));
    }

    private static int Compare(string[] left, string[] right, string missing)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var order = CompareParts(left.ElementAtOrDefault(i) ?? missing, right.ElementAtOrDefault(i) ?? missing);
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary>Numbers by value, words by their letters, numbers before words, nothing before either.</summary>
    private static int CompareParts(string left, string right)
    {
        var number = ulong.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var l);
        var otherNumber = ulong.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var r);
        if (number && otherNumber) return l.CompareTo(r);
        if (number != otherNumber && left.Length > 0 && right.Length > 0) return number ? -1 : 1;
        return string.CompareOrdinal(left, right);
    }
}
