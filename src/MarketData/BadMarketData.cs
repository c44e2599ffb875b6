namespace EventSourcedTrading.MarketData;

/// <summary>What happens to a row that breaks a rule.</summary>
public enum BadDataPolicy
{
    /// <summary>Reading stops with <see cref="BadMarketDataException"/>.</summary>
    Strict,

    /// <summary>The row is left out and counted in <see cref="Exclusions"/>.</summary>
    Exclude,
}

/// <param name="File">Path below the root of the data set, with forward slashes; the instrument of a day that is missing; empty where no file is meant.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Field">Name of the column.</param>
/// <param name="Value">What stood there, cut to 64 characters.</param>
/// <param name="Rule">What should have stood there.</param>
public sealed record Exclusion(string File, long Line, string Field, string Value, string Rule)
{
    /// <summary>Field and rule without what differs from row to row.</summary>
    public string Kind => $"{Field} {(Rule.AsSpan().IndexOfAny(",:") is var end and >= 0 ? Rule[..end] : Rule)}";

    public override string ToString() => $"{File}{(Line > 0 ? $":{Line}" : "")}{(File.Length > 0 ? ": " : "")}{Field} '{Value}': {Rule}";
}

/// <param name="excludable">The row could have been left out: the message says so.</param>
public sealed class BadMarketDataException(Exclusion row, bool excludable = false)
    : Exception(excludable ? $"{row.ToString().TrimEnd('.')}. Mend the data, or leave such rows out (--bad-data exclude)." : row.ToString())
{
    public Exclusion Row { get; } = row;
}

/// <summary>Rows that were left out: all are counted, the first <see cref="MaxListed"/> are listed.</summary>
public sealed class Exclusions
{
    public const int MaxListed = 1_000;

    /// <summary>Rules that are counted apart; what further ones there are is counted as <c>other</c>.</summary>
    public const int MaxRules = 100;

    private readonly List<Exclusion> _listed = [];
    private readonly SortedDictionary<string, long> _byRule = new(StringComparer.Ordinal);

    public long Count { get; private set; }

    public IReadOnlyList<Exclusion> Listed => _listed;

    /// <summary>How often each rule was broken, as <c>close must be above zero</c>; the counts sum to <see cref="Count"/>.</summary>
    public IReadOnlyDictionary<string, long> ByRule => _byRule;

    /// <summary>Leaves a row out, whatever the policy: for rows that are regular but carry nothing for us.</summary>
    internal void Add(Exclusion row)
    {
        Count++;
        var rule = _byRule.ContainsKey(row.Kind) || _byRule.Count < MaxRules ? row.Kind : "other";
        _byRule[rule] = _byRule.GetValueOrDefault(rule) + 1;
        if (_listed.Count < MaxListed) _listed.Add(row);
    }

    internal void Judge(Exclusion row, BadDataPolicy policy)
    {
        if (policy == BadDataPolicy.Strict) throw new BadMarketDataException(row, excludable: true);
        Add(row);
    }
}
