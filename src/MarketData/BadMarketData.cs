namespace EventSourcedTrading.MarketData;

/// <summary>What happens to a row that breaks a rule.</summary>
public enum BadDataPolicy
{
    /// <summary>Reading stops with <see cref="BadMarketDataException"/>.</summary>
    Strict,

    /// <summary>The row is left out and counted in <see cref="Exclusions"/>.</summary>
    Exclude,
}

/// <param name="File">Path below the root of the data set, with forward slashes.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Field">Name of the column.</param>
/// <param name="Value">What stood there, cut to 64 characters.</param>
/// <param name="Rule">What should have stood there.</param>
public sealed record Exclusion(string File, long Line, string Field, string Value, string Rule)
{
    public override string ToString() => $"{File}:{Line}: {Field} '{Value}': {Rule}";
}

public sealed class BadMarketDataException(Exclusion row) : Exception(row.ToString())
{
    public Exclusion Row { get; } = row;
}

/// <summary>Rows that were left out: all are counted, the first <see cref="MaxListed"/> are listed.</summary>
public sealed class Exclusions
{
    public const int MaxListed = 1_000;

    private readonly List<Exclusion> _listed = [];

    public long Count { get; private set; }

    public IReadOnlyList<Exclusion> Listed => _listed;

    /// <summary>Leaves a row out, whatever the policy: for rows that are regular but carry nothing for us.</summary>
    internal void Add(Exclusion row)
    {
        Count++;
        if (_listed.Count < MaxListed) _listed.Add(row);
    }

    internal void Judge(Exclusion row, BadDataPolicy policy)
    {
        if (policy == BadDataPolicy.Strict) throw new BadMarketDataException(row);
        Add(row);
    }
}
