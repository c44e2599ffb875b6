using System.Globalization;
using System.Text.RegularExpressions;

namespace EventSourcedTrading.Integration;

/// <summary>
/// Reads Prometheus' text format 0.0.4 as strictly as <c>promtool check metrics</c> does and more: HELP and TYPE before the samples, a
/// family in one piece, no sample twice, counters named _total, histograms cumulative up to +Inf.
/// </summary>
public sealed partial class Exposition
{
    private readonly Dictionary<string, string> types = [];
    private readonly Dictionary<string, double> samples = [];

    private Exposition(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string? family = null, help = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } h)
            {
                Assert.False(types.ContainsKey(h.Groups[1].Value), $"two families of one name: {line}");
                help = h.Groups[1].Value;
            }
            else if (Type().Match(line) is { Success: true } t)
            {
                family = t.Groups[1].Value;
                Assert.True(family == help, $"type without help: {line}");
                types[family] = t.Groups[2].Value;
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"neither comment nor sample: {line}");
                var name = sample.Groups[1].Value;
                Assert.True(family is not null && Belongs(name, family, types[family]), $"{name} is not part of family {family}");
                var value = sample.Groups[3].Value == "+Inf" ? double.PositiveInfinity : double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture);
                Assert.True(samples.TryAdd(name + sample.Groups[2].Value, value), $"twice: {line}");
                Assert.True(types[family!] == "gauge" || value >= 0, $"a count below zero: {line}");
            }
        }

        foreach (var (name, type) in types) Check(name, type);
    }

    public static Exposition Read(string text) => new(text);

    public double this[string sample] => samples[sample];

    public bool Has(string sample) => samples.ContainsKey(sample);

    public string TypeOf(string family) => types[family];

    private static bool Belongs(string name, string family, string type) =>
        name == family || (type == "histogram" && (name == $"{family}_bucket" || name == $"{family}_sum" || name == $"{family}_count"));

    private void Check(string name, string type)
    {
        if (type == "counter") Assert.EndsWith("_total", name, StringComparison.Ordinal);
        if (type != "histogram") return;
        var buckets = samples.Where(s => s.Key.StartsWith($"{name}_bucket{{le=\"", StringComparison.Ordinal))
            .Select(s => (Bound: s.Key[$"{name}_bucket{{le=\"".Length..^2], Count: s.Value)).ToList();
        Assert.Equal("+Inf", buckets[^1].Bound);
        Assert.Equal(samples[$"{name}_count"], buckets[^1].Count);
        Assert.True(samples.ContainsKey($"{name}_sum"));
        var bounds = buckets.SkipLast(1).Select(b => double.Parse(b.Bound, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(bounds.Order().Distinct(), bounds);
        Assert.Equal(buckets.Select(b => b.Count).Order(), buckets.Select(b => b.Count));
    }

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\\]|\\\\\\\\|\\\\n)+$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,(?!\})|(?=\})))+\})? (\+Inf|NaN|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)$""")]
    private static partial Regex Sample();
}
