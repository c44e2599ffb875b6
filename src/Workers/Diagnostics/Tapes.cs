using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.EventStore;
using Npgsql;

namespace EventSourcedTrading.Workers.Diagnostics;

/// <summary>A batch: its tape's place in the log, and what it says.</summary>
internal sealed record Batch(RecordedEvent Recorded, InputsRecorded Tape)
{
    /// <summary>The place of the last event that its inputs caused.</summary>
    public long Last => Recorded.SeqId + Tape.Inputs.Sum(i => i.Events);

    /// <summary>The first event that an input caused, and how many there are.</summary>
    public (long First, int Count) EventsOf(int index) => (Recorded.SeqId + 1 + Tape.Inputs.Take(index).Sum(i => i.Events), Tape.Inputs[index].Events);

    /// <summary>How far a source was read after this batch; null if it never was.</summary>
    public TapeCursor? Cursor(string source) => Tape.Cursors.FirstOrDefault(c => c.Source == source);
}

/// <summary>Finds batches by what they hold.</summary>
/// <param name="source">Connects as est_reader.</param>
internal sealed class Tapes(NpgsqlDataSource source)
{
    /// <summary>How many batches a search goes back.</summary>
    public const int SearchedBatches = 2_000;

    private readonly EventReader reader = new(source);

    /// <summary>The newest batch of a portfolio; null if it has none.</summary>
    public async Task<Batch?> NewestAsync(string portfolio, CancellationToken ct)
    {
        await foreach (var batch in BackwardsAsync(portfolio, null, 1, ct)) return batch;
        return null;
    }

    /// <summary>The batch before one; null for the first.</summary>
    public async Task<Batch?> BeforeAsync(Batch batch, CancellationToken ct)
    {
        if (batch.Recorded.Version == 1) return null;
        await foreach (var before in BackwardsAsync(batch.Tape.Portfolio, batch.Recorded.Version - 1, 1, ct)) return before;
        return null;
    }

    /// <summary>The batch in whose course an event was recorded, with the index of the input; null if it is no engine's.</summary>
    public async Task<(Batch Batch, int Index)?> OfAsync(long position, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select seq_id from events.mt_events where seq_id between $1 and $2 and type = 'inputs_recorded' order by seq_id desc limit 1");
        command.Parameters.Add(new NpgsqlParameter { Value = position - EventReader.BatchReach });
        command.Parameters.Add(new NpgsqlParameter { Value = position });
        if (await command.ExecuteScalarAsync(ct) is not long at || await reader.FindAsync(at, ct) is not { } e) return null;
        var batch = Read(e);
        for (var i = 0; i < batch.Tape.Inputs.Count; i++)
            if (batch.EventsOf(i) is var (first, count) && position >= first && position < first + count) return (batch, i);
        return null;
    }

    /// <summary>The newest batch with an input that a text is in and that is the one; null if it is not among the last <see cref="SearchedBatches"/>.</summary>
    /// <param name="text">What must be in the tape's bytes: spares reading those that have it not.</param>
    public async Task<(Batch Batch, int Index)?> FindAsync(string portfolio, string text, Func<TapeEntry, bool> isIt, CancellationToken ct)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
        await foreach (var e in reader.ReadStreamAsync($"tape-{portfolio}", null, ReadDirection.Backwards, SearchedBatches, ct))
        {
            if (e.Data.Span.IndexOf(bytes) < 0) continue;
            var batch = Read(e);
            for (var i = 0; i < batch.Tape.Inputs.Count; i++)
                if (isIt(batch.Tape.Inputs[i])) return (batch, i);
        }

        return null;
    }

    public async Task<IReadOnlyList<string>> PortfoliosAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select substr(id, 6) from events.mt_streams where id like 'tape-%' order by id limit 100");
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new List<string>();
        while (await rows.ReadAsync(ct)) found.Add(rows.GetString(0));
        return found;
    }

    private async IAsyncEnumerable<Batch> BackwardsAsync(string portfolio, long? version, int most, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var e in reader.ReadStreamAsync($"tape-{portfolio}", version, ReadDirection.Backwards, most, ct)) yield return Read(e);
    }

    private static Batch Read(RecordedEvent e) => new(e, (InputsRecorded)EventJson.Deserialize(e.Type, e.Data.Span));
}
