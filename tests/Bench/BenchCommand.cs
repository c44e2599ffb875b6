using System.Globalization;
using System.Text.Json;
using EventSourcedTrading.Bench.Benches;
using EventSourcedTrading.Bench.Measuring;
using Spectre.Console;

namespace EventSourcedTrading.Bench;

/// <summary>
/// <c>[--only PREFIX] [--out FILE]</c>. Measures and says so; speed is never judged here. What was measured must have been done
/// right, though: a count that does not add up ends it with an error.
/// </summary>
public static class BenchCommand
{
    private static readonly IBench[] All =
        [new AppendBench(), new EngineBench(), new NatsBench(), new OrdersBench(), new KillSwitchBench(), new RebuildBench(), new RecoveryBench(), new AuditQueryBench(),
         new AuditVerifyBench(), new AuditOverheadBench(), new AuditProofBench(), new BacktestBench(), new BrokerBench(), new GraphQLBench(), new StreamBench()];

    public static async Task<int> RunAsync(string[] args)
    {
        string? only = null, file = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--only" && i + 1 < args.Length) only = args[++i];
            else if (args[i] == "--out" && i + 1 < args.Length) file = args[++i];
            else return Wrong($"'{args[i]}' is not understood; there are --only PREFIX and --out FILE");
        }

        var chosen = All.Where(b => only is null || b.Names.Any(n => n.StartsWith(only, StringComparison.Ordinal))).ToArray();
        if (chosen.Length == 0) return Wrong($"no measurement begins with '{only}'; there are {string.Join(", ", All.SelectMany(b => b.Names))}");
        if (Servers.Missing() is { } missing) return Wrong(missing);
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stopping.Cancel();
        };
        var results = new Results(only);
        var failed = false;
        foreach (var bench in chosen)
        {
            try
            {
                await bench.RunAsync(results, stopping.Token);
                // The engine's bench leaves half a gigabyte: its collection would stop the load of the next one for a quarter of a second.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                Console.Error.WriteLine($"bench: {bench.Names[0]}: {e.Message}");
                failed = true;
            }
        }

        Show(results.All);
        if (file is not null) await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(results.All, Json), stopping.Token);
        return failed ? 1 : 0;
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static void Show(IReadOnlyList<Measurement> all)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("what").NoWrap()).AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("unit").AddColumn(new TableColumn("ratio").RightAligned()).AddColumn("to");
        foreach (var m in all)
        {
            table.AddRow(
                m.Name, m.Value.ToString(m.Value < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture), m.Unit,
                m.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", m.RatioTo ?? "");
        }

        // Where nobody looks the width is a guess, and names must stay whole to be found.
        if (!AnsiConsole.Profile.Capabilities.Interactive) AnsiConsole.Profile.Width = 120;
        AnsiConsole.Write(table);
    }

    private static int Wrong(string why)
    {
        Console.Error.WriteLine($"bench: {why}");
        return 2;
    }
}
