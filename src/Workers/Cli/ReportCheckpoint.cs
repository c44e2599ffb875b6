using System.Security.Cryptography;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using EventSourcedTrading.Reports;
using EventSourcedTrading.Workers.Configuration;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>The checkpoint that a report is made from: the head of the log, or an earlier size with the root that its leaves have.</summary>
internal static class ReportCheckpoint
{
    /// <exception cref="ConfigurationException">The log has not so many events.</exception>
    public static async Task<LogCheckpoint> ReadAsync(NpgsqlDataSource source, EventReader reader, long? size, CancellationToken ct)
    {
        var head = await reader.HeadAsync(ct);
        if (size is not { } wanted || wanted == head.Size) return LogCheckpoint.Of(head);
        if (wanted < 0 || wanted > head.Size) throw new ConfigurationException($"--size {wanted} must be 0 to {head.Size}, the events that the log has.");
        return LogCheckpoint.Of(new LogHead(wanted, await RootAsync(source, wanted, ct), head.UpdatedAt));
    }

    private static async Task<byte[]> RootAsync(NpgsqlDataSource source, long size, CancellationToken ct)
    {
        var tree = new MerkleFrontier();
        await using var command = source.CreateCommand("select hashes from audit.leaves where first_seq <= $1 order by first_seq");
        command.Parameters.Add(new NpgsqlParameter { Value = size });
        await using var rows = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, ct);
        while (await rows.ReadAsync(ct))
        {
            var hashes = rows.GetFieldValue<byte[]>(0);
            for (var at = 0; at < hashes.Length && tree.Size < size; at += SHA256.HashSizeInBytes) tree.Append(hashes.AsSpan(at, SHA256.HashSizeInBytes));
        }

        return tree.Root();
    }
}
