using System.Text.Json;
using EventSourcedTrading.Backtesting.Bookkeeping;
using EventSourcedTrading.Backtesting.Output;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Backtesting.Running;

/// <summary>
/// <c>checkpoint.json</c>: a run half-way, with the lengths that its files had. Written beside the old one and put in its place, so there is
/// always a whole one; gone when the run is complete.
/// </summary>
public sealed record RunCheckpoint(CheckpointHead Head, StateSnapshot Engine)
{
    public const string Name = "checkpoint.json";

    /// <summary>Replaces the one before.</summary>
    public static void Save(string folder, CheckpointHead head, StateSnapshot engine) => SavedFile.Write(Path.Combine(folder, Name), to =>
    {
        using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = false }))
        {
            json.WriteStartObject();
            json.WritePropertyName("head");
            JsonSerializer.Serialize(json, head, RunJson.Default.CheckpointHead);
            json.WritePropertyName("engine");
            JsonSerializer.Serialize(json, engine, StateSnapshot.Json);
            json.WriteEndObject();
        }
    });

    /// <summary>Null if there is none.</summary>
    /// <exception cref="RunException">It is of another run, or cannot be read.</exception>
    public static RunCheckpoint? Load(string folder, RunIdentity run)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var head = json.RootElement.GetProperty("head").Deserialize(RunJson.Default.CheckpointHead)!;
            if (head.Format != CheckpointHead.CurrentFormat || head.StateFormat != StateSnapshot.Format || head.CodeVersion != run.CodeVersion)
                throw new RunException($"{path} was written by version {head.CodeVersion} of the program; this is {run.CodeVersion}. Finish the run with that version, or delete the folder to begin anew.");
            Same(path, "data", head.DataHash, run.Data.Hash);
            Same(path, "configuration", head.ConfigurationHash, run.ConfigurationHash);
            return new RunCheckpoint(head, StateSnapshot.FromJson(JsonSerializer.SerializeToUtf8Bytes(json.RootElement.GetProperty("engine"))));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new RunException($"{path} cannot be read: {e.Message} Delete the folder to begin anew.");
        }
    }

    internal static void Same(string path, string what, string was, string now, string of = "run")
    {
        if (was != now) throw new RunException($"{path} is of another {of}: its {what} has the hash {was[..16]}…, now it is {now[..16]}…. Choose another id, or delete the folder to begin anew.");
    }
}

/// <param name="Lengths">Of the files that grow, by name.</param>
public sealed record CheckpointHead(
    int Format, int StateFormat, string CodeVersion, string DataHash, string ConfigurationHash, long Sequence, long Signals, IReadOnlyList<SeatState> Agents, BooksState Books,
    IReadOnlyDictionary<string, long> Lengths)
{
    /// <summary>Changes with the shape; another is not gone on with.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>A run cannot be begun or gone on with, for a reason that its user can do something about.</summary>
public sealed class RunException(string message) : Exception(message);
