using System.Diagnostics;
using System.Globalization;

namespace EventSourcedTrading.Bench.Measuring;

/// <summary>
/// Who used the CPU: the engine's process, this one (feed and agent), PostgreSQL, NATS; by /proc, where there is one and the
/// servers run on this machine. Servers are told by their names, so others of these names count too.
/// </summary>
public sealed class CpuShares(Process engine)
{
    private Dictionary<string, long> before = [];

    public void Begin() => before = Used();

    public IEnumerable<(string Who, double Share)> End()
    {
        var after = Used();
        var whole = after.Sum(u => u.Value - before.GetValueOrDefault(u.Key));
        foreach (var (who, used) in after.OrderBy(u => u.Key, StringComparer.Ordinal))
            if (whole > 0) yield return (who, (used - before.GetValueOrDefault(who)) / (double)whole);
    }

    private Dictionary<string, long> Used()
    {
        var used = new Dictionary<string, long>();
        if (!Directory.Exists("/proc/self")) return used;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var end = stat.LastIndexOf(')');
                var name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end];
                var who = id == engine.Id ? "engine" : id == Environment.ProcessId ? "load" : name is "postgres" ? "postgres" : name is "nats-server" ? "nats" : null;
                if (who is null) continue;
                // User and system time: the 14th and 15th fields, counted from 1; the state behind the name is the third.
                var fields = stat[(end + 2)..].Split(' ');
                used[who] = used.GetValueOrDefault(who)
                    + long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return used;
    }
}
