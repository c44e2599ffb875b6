using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Running;

namespace EventSourcedTrading.Backtesting.Sweeping;

/// <summary><c>plan.json</c>: whose folder it is.</summary>
/// <param name="PlanHash">Of the plan and the configuration that it varies.</param>
internal sealed record SweepBegun(string Id, string CodeVersion, string DataHash, string PlanHash, SweepPlan Plan);

/// <summary>The folder of a sweep, and what is kept in it.</summary>
internal static class SweepFiles
{
    public const string Plan = "plan.json";

    /// <summary>What stays of a run, and of a test beside it.</summary>
    private static readonly string[] Small = [BacktestResult.Name, "configuration.json"], OfTests = [RunTables.Equity.CsvFile, RunTables.Trades.CsvFile];

    /// <summary>Takes the folder for this sweep, or finds that it has it already.</summary>
    /// <exception cref="RunException">It has another one.</exception>
    public static void Claim(string folder, RunIdentity sweep, SweepPlan plan)
    {
        var path = Path.Combine(folder, Plan);
        if (Read(path, SweepJson.Default.SweepBegun) is not { } begun)
        {
            var now = new SweepBegun(sweep.Id, sweep.CodeVersion, sweep.Data.Hash, sweep.ConfigurationHash, plan);
            SavedFile.Write(path, to => JsonSerializer.Serialize(to, now, SweepJson.Default.SweepBegun));
            return;
        }

        if (begun.CodeVersion != sweep.CodeVersion)
            throw new RunException($"{path} was written by version {begun.CodeVersion} of the program; this is {sweep.CodeVersion}. Runs of different versions may differ, so finish the sweep with that version, choose another --id or --out, or delete the folder to begin anew.");
        RunCheckpoint.Same(path, "data", begun.DataHash, sweep.Data.Hash, "sweep");
        RunCheckpoint.Same(path, "plan", begun.PlanHash, sweep.ConfigurationHash, "sweep");
        if (begun.Id != sweep.Id) throw new RunException($"{path} is of sweep {begun.Id}; this is {sweep.Id}. Give --id {begun.Id}, or another --out.");
    }

    /// <summary>Null if there is no such file.</summary>
    /// <exception cref="RunException">It cannot be read.</exception>
    public static T? Read<T>(string path, JsonTypeInfo<T> type) where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new RunException($"{path} cannot be read: {e.Message} Delete the folder to begin anew.");
        }
    }

    /// <summary>Has a complete run still all its files?</summary>
    public static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, EventsFile.Name));

    /// <summary>Drops what is large.</summary>
    /// <param name="test">Whether valuations and round trips stay: those of the tests are chained.</param>
    public static void Trim(string folder, bool test)
    {
        // The events last: while they are there, it is not done.
        foreach (var file in Directory.GetFiles(folder).OrderBy(f => Path.GetFileName(f) == EventsFile.Name))
            if (!Small.Contains(Path.GetFileName(file)) && !(test && OfTests.Contains(Path.GetFileName(file)))) File.Delete(file);
    }
}
