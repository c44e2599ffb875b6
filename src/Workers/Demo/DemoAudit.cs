using System.Diagnostics;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Workers.Configuration;
using EventSourcedTrading.Workers.Hosting;
using EventSourcedTrading.Workers.Notarising;
using EventSourcedTrading.Workers.Proving;

namespace EventSourcedTrading.Workers.Demo;

/// <summary>The demonstration's notary: a key for this one session, checkpoints in its folder, and at the end a look at it all.</summary>
internal static class DemoAudit
{
    private const string Archive = "checkpoints";

    /// <summary>A session's database is new, and so must be its checkpoints.</summary>
    public static NotaryOptions Notary(string folder)
    {
        var archive = Path.Combine(folder, Archive);
        if (Directory.Exists(archive)) Directory.Delete(archive, recursive: true);
        return new NotaryOptions { Origin = "demo.invalid/est", Archive = archive, EverySeconds = 0.25, VerifyEverySeconds = 0, Key = SigningKey.Create(null) };
    }

    /// <summary>Verifies the log as a reader, and proves the order that is explained.</summary>
    public static async Task<DemoFigures> AddAsync(DemoFigures figures, Platform platform, string folder, CancellationToken ct)
    {
        await using var source = StoreConnection.Open(platform.Options.Postgres, StoreRole.Reader);
        var keys = await NotaryKeys.ReadAsync(new EventReader(source), ct);
        var started = Stopwatch.GetTimestamp();
        var audit = await LogAudit.RunAsync(source, new AuditOptions(keys) { Archive = Path.Combine(folder, Archive) }, ct: ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await File.WriteAllTextAsync(Path.Combine(folder, "notary.key"), $"{keys[^1]}\n", ct);

        string? file = null;
        var proven = 0;
        if (figures.ExplainedOrder is { } order)
        {
            var bundle = await new OrderProof(source).BuildAsync(order, keys[^1], ct);
            file = Path.Combine(folder, $"{order}.proof.json");
            await File.WriteAllBytesAsync(file, bundle.Write(), ct);
            proven = bundle.Events.Count;
        }

        return figures with
        {
            Proof = new DemoProof(audit.Intact, audit.Log.Events, audit.Checkpoints, audit.Log.Agreeing, Math.Round(seconds, 3), keys[^1].ToString(), file, proven),
            Complaint = figures.Complaint ?? (audit.Intact ? null : audit.Faults[0].What),
        };
    }
}
