using System.Text.Json;
using EventSourcedTrading.Backtesting.Bookkeeping;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Backtesting.Reporting;
using EventSourcedTrading.Backtesting.Statistics;
using EventSourcedTrading.Domain.Time;
using EventSourcedTrading.Parquet;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>How a run is kept; nothing of it changes what is decided.</summary>
/// <param name="Folder">Of this run alone; made if it is not there.</param>
/// <param name="CheckpointEvery">Wall-clock time between checkpoints.</param>
/// <param name="Benchmark">Instrument that the run is measured against; null for none.</param>
/// <param name="Documents">Whether Parquet tables and report.html are made at the end.</param>
public sealed record RunOptions(string Folder, TimeSpan CheckpointEvery, StatisticsOptions Statistics, string? Benchmark = null, bool Documents = true);

/// <summary>How far a run is.</summary>
/// <param name="Of">Signals that the data set has.</param>
public readonly record struct RunProgress(long Signals, long Of, Timestamp AsOf);

/// <summary>
/// A backtest with its folder (ADR 0017). Broken off, by whatever, and started again, it goes on from its last checkpoint, and ends with the
/// very bytes of a run that was not.
/// </summary>
public static class BacktestRun
{
    /// <summary>Signals between two reports of progress.</summary>
    private const long ReportEvery = 10_000;

    private static readonly ParquetOptions Rows32K = new() { RowsPerGroup = 1 << 15 };

    /// <param name="setup">With fresh strategies.</param>
    /// <returns>The result, and whether it was there already.</returns>
    /// <exception cref="RunException">The folder has another run.</exception>
    public static async Task<(BacktestResult Result, bool WasThere)> RunAsync(
        BacktestSetup setup, RunIdentity run, RunOptions options, TimeProvider time, IProgress<RunProgress>? progress = null, CancellationToken ct = default)
    {
        if (Completed(options.Folder, run) is { } done) return (done, true);
        Directory.CreateDirectory(options.Folder);
        using var turn = Turn(options.Folder);
        var checkpoint = RunCheckpoint.Load(options.Folder, run);
        SavedFile.Write(Path.Combine(options.Folder, "configuration.json"), to => to.Write(run.Configuration.Span));
        using var files = new RunFiles(options.Folder, checkpoint?.Head.Lengths);
        using var books = new RunBooks(files, setup.TradeFrom, options.Benchmark);
        if (checkpoint is not null) books.Restore(checkpoint.Head.Books);
        var from = checkpoint is { Head: var head, Engine: var engine } ? new BacktestState(head.Sequence, head.Signals, head.Agents, engine) : null;
        var signals = await Backtest.RunAsync(setup, books.Observe, Reporting(progress, run, books), from, new Checkpointing(options.CheckpointEvery, time, Keep), ct);
        books.End();
        files.Flush();
        return (await CompleteAsync(setup, run, options, books, signals, ct), false);

        void Keep(BacktestState state) => RunCheckpoint.Save(options.Folder, new CheckpointHead(
            CheckpointHead.CurrentFormat, Domain.Engine.StateSnapshot.Format, run.CodeVersion, run.Data.Hash, run.ConfigurationHash,
            state.Sequence, state.Signals, state.Agents, books.Capture(), files.Flush()), state.Engine);
    }

    /// <summary>One process at a time writes to a folder: the system gives the file free when its holder ends, however it ends.</summary>
    internal static FileStream Turn(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "run.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw new RunException($"{folder} is being written by another process; wait for it, or choose another --id or --out.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new RunException($"{folder} cannot be written; choose another folder with --out.");
        }
    }

    /// <summary>The result of a run that is complete; null if there is none in the folder.</summary>
    /// <exception cref="RunException">It is of other data or of another configuration.</exception>
    public static BacktestResult? Completed(string folder, RunIdentity run)
    {
        var path = Path.Combine(folder, BacktestResult.Name);
        if (!File.Exists(path)) return null;
        var result = Read(folder);
        RunCheckpoint.Same(path, "data", result.DataHash, run.Data.Hash);
        RunCheckpoint.Same(path, "configuration", result.ConfigurationHash, run.ConfigurationHash);
        return result;
    }

    /// <exception cref="RunException">There is no result, or it cannot be read.</exception>
    public static BacktestResult Read(string folder)
    {
        var path = Path.Combine(folder, BacktestResult.Name);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.BacktestResult) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new RunException($"{path} cannot be read: {e.Message} Delete the folder to run it again.");
        }
    }

    /// <summary>What is made of the files that grew. A run that breaks off here does it again.</summary>
    internal static async Task<BacktestResult> CompleteAsync(BacktestSetup setup, RunIdentity run, RunOptions options, RunBooks books, long signals, CancellationToken ct)
    {
        var folder = options.Folder;
        var statistics = RunStatistics.Of(folder, books, options.Statistics, options.Benchmark is not null);
        var left = setup.Data.Exclusions; // of the run; the report reads the data once more
        var result = new BacktestResult(
            run.Id, setup.Portfolio, setup.Data.Name, run.Data.Hash, run.ConfigurationHash, run.CodeVersion, run.Seed, books.Digest.Current(), signals, books.Events,
            books.OrderCount, books.Fees, left.Count, setup.Opening.BaseCurrency, books.AsOf, statistics);
        // Two at a time, of small row groups: so memory stays small however long the run was.
        await Parallel.ForEachAsync(options.Documents ? RunTables.All : [], new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (schema, _) =>
            await SavedFile.WriteAsync(Path.Combine(folder, schema.ParquetFile), to => schema.ToParquet().WriteAsync(to, Rows(folder, schema), Rows32K, [new("decisionDigest", result.DecisionDigest)], ct)));
        SavedFile.Write(Path.Combine(folder, ExcludedData.Name), to => JsonSerializer.Serialize(to, ExcludedData.Of(left), RunJson.Default.ExcludedData));
        SavedFile.Write(Path.Combine(folder, "statistics.json"), to => to.Write(statistics.ToJson()));
        if (options.Documents) SavedFile.Write(Path.Combine(folder, "report.html"), to => BacktestReport.Write(to, folder, setup, result));
        SavedFile.Write(Path.Combine(folder, BacktestResult.Name), to => JsonSerializer.Serialize(to, result, RunJson.Default.BacktestResult));
        File.Delete(Path.Combine(folder, RunCheckpoint.Name));
        return result;
    }

#pragma warning disable CS1998 // The rows come from a file that is read as it goes; the writer wants to be able to wait.
    private static async IAsyncEnumerable<string[]> Rows(string folder, TableSchema schema)
#pragma warning restore CS1998
    {
        foreach (var row in CsvRows.Read(folder, schema)) yield return row;
    }

    private static InlineProgress<long>? Reporting(IProgress<RunProgress>? progress, RunIdentity run, RunBooks books)
    {
        if (progress is null) return null;
        var reported = 0L;
        return new InlineProgress<long>(signals =>
        {
            if (signals - reported < ReportEvery && signals < run.Data.Signals) return;
            reported = signals;
            progress.Report(new RunProgress(signals, run.Data.Signals, books.AsOf));
        });
    }
}
