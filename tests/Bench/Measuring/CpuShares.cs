using System.Diagnostics;
using System.Globalization;

namespace EventSourcedTrading.Bench.Measuring;

/// <summary>
/// Who used the CPU: the engine's process, this one (feed and agent), PostgreSQL, NATS; by /proc, where there is one and the
/// servers run on this machine. PostgreSQL's processes are the children of the parent of any of its sessions; a NATS server is told
/// by the port on its command line.
/// </summary>
/// <param name="session">The process id of a PostgreSQL session.</param>
public sealed class CpuShares(Process engine, long session)
{
    private static readonly string NatsPort = new Uri(Servers.Nats).Port.ToString(CultureInfo.InvariantCulture);

    private readonly string postmaster = ParentOf(session);
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
                var fields = Fields(id);
                var who = id == engine.Id ? "engine" : id == Environment.ProcessId ? "load"
                    : fields[Parent] == postmaster ? "postgres" : IsNats(folder) ? "nats" : null;
                if (who is null) continue;
                used[who] = used.GetValueOrDefault(who)
                    + long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTime], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return used;
    }

    // Places in /proc/…/stat, counted behind the name, which may hold blanks.
    private const int Parent = 1, UserTime = 11, SystemTime = 12;

    private static string[] Fields(long id)
    {
        var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string ParentOf(long id)
    {
        try
        {
            return Fields(id)[Parent];
        }
        catch (IOException)
        {
            return ""; // the server is elsewhere
        }
    }

    private static bool IsNats(string folder)
    {
        var arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
        return arguments[0].EndsWith("nats-server", StringComparison.Ordinal) && arguments.Contains(NatsPort);
    }
}
