using System.Collections.Concurrent;
using Npgsql;

namespace EventSourcedTrading.Api.GraphQL.Subscriptions;

/// <summary>Waits until a read model has taken an event, so that what is read behind a message is not older than the message.</summary>
/// <param name="source">Connects as est_reader.</param>
public sealed class ReadModelProgress(NpgsqlDataSource source, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, long> reached = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim asking = new(1);

    /// <param name="model">Its name, such as orders.</param>
    /// <exception cref="RefusedException">It has not come so far within ten seconds.</exception>
    public async Task WaitAsync(string model, long position, CancellationToken ct)
    {
        var until = time.GetUtcNow() + Patience;
        while (reached.GetValueOrDefault(model) < position)
        {
            // One asks for all who wait.
            await asking.WaitAsync(ct);
            try
            {
                if (reached.GetValueOrDefault(model) < position) await AskAsync(ct);
            }
            finally
            {
                asking.Release();
            }

            if (reached.GetValueOrDefault(model) >= position) return;
            if (time.GetUtcNow() > until)
                throw new RefusedException("NOT_READ_YET", $"read model {model} stands at {reached.GetValueOrDefault(model)} and has not taken event {position}; see readModels, or 'est projections status'");
            await Task.Delay(Pause, time, ct);
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select name, position from read.status");
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) reached[row.GetString(0)] = row.GetInt64(1);
    }
}
