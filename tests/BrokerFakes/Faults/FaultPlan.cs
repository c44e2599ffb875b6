namespace EventSourcedTrading.BrokerFakes.Faults;

/// <summary>
/// Which faults strike when: rules that count how often their point was passed. A draw depends on the seed, the rule and the count alone, so what
/// other calls do in between changes nothing.
/// </summary>
public sealed class FaultPlan(long seed)
{
    private const int MaxRules = 1_000, MaxStruck = 10_000;

    private readonly Lock gate = new();
    private readonly List<(FaultRule Rule, int Passed)> rules = [];
    private readonly List<string> struck = [];

    public long Seed { get; private set; } = seed;

    public IReadOnlyList<FaultRule> Rules
    {
        get { lock (gate) return [.. rules.Select(r => r.Rule)]; }
    }

    /// <summary>What has struck, as <c>kind point count</c>; the first 10,000.</summary>
    public IReadOnlyList<string> Struck
    {
        get { lock (gate) return [.. struck]; }
    }

    /// <param name="text">See <see cref="FaultRule.Parse"/>.</param>
    /// <exception cref="FormatException">It cannot be read, or there are more than 1,000 rules.</exception>
    public FaultPlan Add(string text)
    {
        var added = FaultRule.Parse(text);
        lock (gate)
        {
            if (rules.Count + added.Count > MaxRules) throw new FormatException($"faults: {rules.Count + added.Count} rules are more than {MaxRules}; clear the plan first");
            rules.AddRange(added.Select(r => (r, 0)));
        }

        return this;
    }

    /// <summary>Another script at the same broker: these rules alone, counted from the beginning, with draws of this seed.</summary>
    /// <exception cref="FormatException">As of <see cref="Add"/>.</exception>
    public FaultPlan Begin(long seed, string text)
    {
        lock (gate)
        {
            rules.Clear();
            Seed = seed;
        }

        return Add(text);
    }

    public void Clear()
    {
        lock (gate) rules.Clear();
    }

    public bool Strikes(FaultKind kind, string point) => Next(kind, point) is not null;

    /// <summary>Counts the passing and gives the rule that strikes, if one does.</summary>
    public FaultRule? Next(FaultKind kind, string point)
    {
        lock (gate)
        {
            FaultRule? found = null;
            for (var i = 0; i < rules.Count; i++)
            {
                var (rule, passed) = rules[i];
                if (rule.Kind != kind || (rule.Point != "*" && rule.Point != point)) continue;
                rules[i] = (rule, ++passed);
                if (found is not null || !(rule.Nth is { } nth ? nth == passed : Draw(i, passed) < rule.Probability)) continue;
                found = rule;
                if (struck.Count < MaxStruck) struck.Add($"{FaultPoints.Word(kind)} {point} {passed}");
            }

            return found;
        }
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014) of seed, rule and count, in [0, 1).</summary>
    private double Draw(int rule, int count)
    {
        var z = unchecked((ulong)Seed + (0x9E3779B97F4A7C15UL * ((((ulong)rule + 1) << 32) + (ulong)count)));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
