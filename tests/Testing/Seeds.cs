using System.Globalization;

namespace EventSourcedTrading.Testing;

/// <summary>
/// Which seeds a seeded test plays: a few, or with EST_SOAK=1 many. EST_SEED=n plays n alone, and with EST_SOAK_SEEDS=m the m from n on.
/// </summary>
public static class Seeds
{
    public static IReadOnlyList<int> Chosen(int few, int many) =>
        [.. Enumerable.Range(Setting("EST_SEED") ?? 1, Setting("EST_SOAK_SEEDS") ?? (Setting("EST_SEED") is not null ? 1 : Environment.GetEnvironmentVariable("EST_SOAK") == "1" ? many : few))];

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
