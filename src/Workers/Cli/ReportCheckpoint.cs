using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Notary;
using EventSourcedTrading.Reports;
using EventSourcedTrading.TransparencyLog;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The checkpoint that a report is made from: the newest that is signed, or the one of a size; where nothing was signed, the head of the log.</summary>
internal static class ReportCheckpoint
{
    /// <exception cref="ConfigurationException">The log has not so many events.</exception>
    public static async Task<LogCheckpoint> ReadAsync(NpgsqlDataSource source, EventReader reader, long? size, CancellationToken ct)
    {
        if (await new CheckpointStore(source).FindAsync(size, ct) is { } note)
        {
            var signed = Checkpoint.Parse(SignedNote.Parse(note).Text);
            return new LogCheckpoint(signed.Origin, signed.Size, Convert.ToBase64String(signed.Root), note);
        }

        var head = await reader.HeadAsync(ct);
        if (size is not { } wanted || wanted == head.Size) return LogCheckpoint.Of(head);
        if (wanted < 0 || wanted > head.Size) throw new ConfigurationException($"--size {wanted} must be 0 to {head.Size}, the events that the log has.");
        return LogCheckpoint.Of(new LogHead(wanted, (await new LogTree(source).FrontierAsync(wanted, ct)).Root(), head.UpdatedAt));
    }

    /// <summary>Proofs under a signed checkpoint; null where there is no signature to prove anything with.</summary>
    public static Func<long, ValueTask<string>>? Prover(NpgsqlDataSource source, LogCheckpoint checkpoint, CancellationToken ct)
    {
        if (checkpoint.SignedNote is null) return null;
        var (note, proofs) = (SignedNote.Parse(checkpoint.SignedNote), new LogProofs(source));
        return async position => new TlogProof(position - 1, await proofs.InclusionAsync(position - 1, checkpoint.Size, ct), note).ToString();
    }
}
